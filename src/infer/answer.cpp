#include "infer/answer.hpp"

#include "infer/decode.hpp"
#include "infer/encode.hpp"
#include "infer/field_rows.hpp"
#include "infer/selected_output.hpp"
#include "infer/tabular_answer.hpp"
#include "infer/text_answer.hpp"

#include <utility>
#include <vector>

namespace millrace::infer {
namespace {

Answer refuse(int status, std::string message) {
  return {status, "text/html; charset=utf-8", std::move(message)};
}

const learn::Model& asked_for(const learn::Model& model, std::string_view accept) {
  const learn::Model* const verbose = asks_for_verbose(accept) ? model.verbose() : nullptr;
  return verbose ? *verbose : model;
}

table::Matrix rows_of(const learn::Model& model, const Question& question) {
  if (model.tabular()) check_tabular_type(question.content_type);
  if (const learn::FieldReader* const reader = model.field_reader())
    return decode_fields(question.content_type, question.body, *reader);
  return decode(question.content_type, question.body, model.container());
}

}  // namespace

// In the container's order: what is wrong with the body is said before what is wrong with Accept.
Answer answer(const learn::Model& loaded, const Question& question) {
  if (question.body.empty()) return refuse(204, "");
  const learn::Model& model = asked_for(loaded, question.accept);
  try {
    if (const learn::TextModel* texts = model.text()) {
      TextAnswer made = answer_texts(*texts, question.content_type, question.body);
      return {200, std::move(made.content_type), std::move(made.body)};
    }
    const table::Matrix rows = rows_of(loaded, question);
    if (const learn::TabularModel* tabular = model.tabular())
      return {200, "application/json", answer_tabular(*tabular, rows, question.accept)};
    std::vector<float> numbers(rows.rows * model.width());
    model.predict(rows, numbers);
    const Encoding encoding = parse_accept(question.accept, model.container());
    return {200, std::string(media_type(encoding)),
            question.selection.empty()
                ? encode(encoding, numbers, model)
                : encode_selected(encoding, numbers, model, question.selection)};
  } catch (const DecodeError& error) {
    return refuse(415, error.what());
  } catch (const learn::PredictionError& error) {
    return refuse(400, std::string("Unable to evaluate payload provided: ") + error.what());
  } catch (const AcceptError& error) {
    return refuse(406, error.what());
  } catch (const SelectionError& error) {
    return refuse(500, error.what());
  }
}

}  // namespace millrace::infer
