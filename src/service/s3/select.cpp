// SelectObjectContent: what is asked for, checked; the query itself runs in a child.
#include "service/s3/access.hpp"
#include "service/s3/encryption.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/select_events.hpp"
#include "service/s3/select_form.hpp"
#include "service/s3/target.hpp"
#include "service/s3/versions.hpp"
#include "service/s3/watch.hpp"

#include <utility>

namespace millrace::service::s3 {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;
using objects::ByteRange;
using objects::ObjectDetail;

constexpr std::size_t expression_limit = 256 * 1024;

struct Select {
  ObjectTarget target;
  std::string expression;
  bool tells_progress = false;
  SelectForm form;
  CustomerKeyHeaders customer;
};

Select read_select(const View& in) {
  static_cast<void>(in.take("ExpressionType").text());  // SQL is the only one that the model has
  return {.target = read_object_target(in),
          .expression = in.take("Expression").text(),
          .tells_progress = in.take("RequestProgress").view().take("Enabled").flag_or(false),
          .form = read_select_form(in),
          .customer = read_customer_key(in)};
}

void check_expression(const std::string& expression) {
  if (expression.size() > expression_limit) {
    throw aws::Error("ExpressionTooLong",
                     "The SQL expression is too long. The maximum byte-length for an SQL "
                     "expression is 256 KB.");
  }
}

void check_storage(const ObjectDetail& object) {
  const std::string& name = object.info.traits.storage_class;
  if (name != "GLACIER" && name != "DEEP_ARCHIVE" && name != "REDUCED_REDUNDANCY") return;
  throw aws::Error("UnsupportedStorageClass",
                   "The storage class is not supported. Only STANDARD, STANDARD_IA, and "
                   "ONEZONE_IA storage classes are supported.");
}

// The bytes that a query needs: a range's, from the delimiter before it, or all.
ByteRange needed(const SelectForm& form, const ChosenRange& range, std::uint64_t size) {
  const std::uint64_t first = range.present ? first_needed(form, range) : 0;
  return {.offset = first, .length = size - first};
}

// What the query read and gave is counted where the bucket's requests are.
std::function<void(const Map&)> stats_note(const Service& service, const Call& call,
                                           const std::string& bucket) {
  if (!is_watched(service, bucket)) return [](const Map&) {};
  return [&watch = *service.watch, id = call.request_id](const Map& stats) {
    RequestNote note;
    note.scanned = static_cast<std::uint64_t>(stats.find("BytesScanned")->integer());
    note.returned = static_cast<std::uint64_t>(stats.find("BytesReturned")->integer());
    watch.note(id, std::move(note));
  };
}

Value select_object_content(Service& service, Call& call, const Select& ask) {
  // AWS lets nobody select who did not sign, whatever a bucket's policy says.
  if (call.principal.kind == policy::Principal::Kind::anonymous) throw access_denied();
  reach_to_read(service, call, ask.target);
  check_select_form(ask.form);
  check_expression(ask.expression);
  QueryPlace place(service.select_queries);
  ChosenRange range;
  const auto decide = [&](const ObjectDetail& object) -> std::optional<ByteRange> {
    check_storage(object);
    range = choose_range(ask.form, object.info.size);
    return needed(ask.form, range, object.info.size);
  };
  objects::OpenRange open = reading(call, ask.target, [&] {
    return service.objects.open_range(call.permit(), ask.target.name(), std::nullopt, decide,
                                      checked_customer_key(ask.customer));
  });
  Map document = select_document(ask.form, range);
  document.set("expression", ask.expression);
  document.set("now", base::iso8601_milliseconds(call.now));
  auto events = std::make_shared<SelectEvents>(
      SelectQuery{.work = service.work,
                  .document = std::move(document),
                  .object = objects::read_pieces(std::move(open.pieces)),
                  .tell_stats = stats_note(service, call, ask.target.in.bucket),
                  .tells_progress = ask.tells_progress},
      std::move(place));
  // A refusal that comes before any record is an answer of its own.
  events->begin();
  call.answer_payload = std::shared_ptr<aws::Events>(std::move(events));
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_select, select_object_content>("SelectObjectContent",
                                                       {.access = on_object<"GetObject">}),
};

}  // namespace

const std::span<const aws::Operation> select_operations = table;

}  // namespace millrace::service::s3
