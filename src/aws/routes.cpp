#include "aws/routes.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <span>

namespace millrace::aws {

namespace {

constexpr int literal_query_score = 10'000;
constexpr int literal_piece_score = 1'000;
constexpr int slash_score = 100;
constexpr int required_score = 10;
constexpr int missing_score = -2'000;
constexpr int deprecated_score = -1;

// Labels as they stand in the path: those of the route that is taken are decoded in the end.
using RawLabels = std::vector<std::pair<std::string_view, std::string_view>>;

bool take(std::string_view text, std::string_view name, RawLabels& labels) {
  if (text.empty()) return false;
  if (text.find('%') != std::string_view::npos && !base::percent_decode(text)) return false;
  labels.emplace_back(name, text);
  return true;
}

bool match_segment(const UriPiece& piece, std::string_view segment, RawLabels& labels, int& score) {
  if (piece.kind != UriPiece::Kind::literal) return take(segment, piece.text, labels);
  score += literal_piece_score;
  return segment == piece.text;
}

// A label that takes several segments leaves one to each piece that follows it.
bool match_rest(std::span<const UriPiece> pieces, std::string_view rest, RawLabels& labels,
                int& score) {
  while (pieces.size() > 1) {
    const auto slash = rest.rfind('/');
    if (slash == std::string_view::npos) return false;
    if (!match_segment(pieces.back(), rest.substr(slash + 1), labels, score)) return false;
    rest = rest.substr(0, slash);
    pieces = pieces.first(pieces.size() - 1);
  }
  return take(rest, pieces.front().text, labels);
}

// `rest` begins after the leading slash. Labels are one segment each, but one may take several.
bool match_path(const OperationShape& operation, std::string_view rest, RawLabels& labels,
                int& score) {
  if (operation.ends_with_slash == rest.ends_with('/')) score += slash_score;
  std::span<const UriPiece> pieces = operation.path;
  for (; !pieces.empty(); pieces = pieces.subspan(1)) {
    if (pieces.front().kind == UriPiece::Kind::rest) return match_rest(pieces, rest, labels, score);
    const auto slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (!match_segment(pieces.front(), segment, labels, score)) return false;
  }
  return rest.empty();
}

const std::string* find(const base::Pairs& query, std::string_view name) {
  const auto found = std::ranges::find(query, name, &base::Pairs::value_type::first);
  return found == query.end() ? nullptr : &found->second;
}

bool match_query(const OperationShape& operation, const base::Pairs& query, int& score) {
  for (const auto& [name, value] : operation.query) {
    const std::string* found = find(query, name);
    if (!found || (value && *found != *value)) return false;
    score += literal_query_score;
  }
  return true;
}

// Tells operations of one path apart: UploadPart from PutObject by its part number, CopyObject by
// its source.
int required_in_head(const OperationShape& operation, const http::Request& request,
                     const base::Pairs& query) {
  if (!operation.input) return 0;
  int score = 0;
  for (const MemberShape& member : operation.input_shape()->members) {
    if (!member.required) continue;
    if (member.place == Place::query)
      score += find(query, member.wire_name) ? required_score : missing_score;
    if (member.place == Place::header) {
      score += request.headers.has(member.wire_name) ? required_score : missing_score;
    }
  }
  return score;
}

}  // namespace

std::optional<Route> find_route(const ServiceModel& model, std::string_view path,
                                const http::Request& request, const base::Pairs& query) {
  std::optional<Route> best;
  RawLabels labels;
  RawLabels best_labels;
  const std::string_view rest = path.starts_with('/') ? path.substr(1) : path;
  for (const OperationShape* candidate : model.routes(rest.substr(0, rest.find('/')))) {
    const OperationShape& operation = *candidate;
    // The query's literals first: most operations of S3 fail there.
    if (query.empty() && !operation.query.empty()) continue;
    if (operation.method != request.method) continue;
    int score = 0;
    labels.clear();
    if (!match_query(operation, query, score)) continue;
    if (!match_path(operation, rest, labels, score)) continue;
    score += required_in_head(operation, request, query);
    if (operation.deprecated) score += deprecated_score;
    if (best && score <= best->score) continue;
    best = Route{.operation = &operation, .score = score};
    best_labels.swap(labels);
  }
  for (const auto& [name, text] : best_labels) {
    best->labels.insert_or_assign(std::string(name), *base::percent_decode(text));
  }
  return best;
}

std::optional<std::string> bucket_of_host(std::string_view host) {
  host = host.substr(0, host.rfind(':') == std::string_view::npos ? host.size() : host.rfind(':'));
  const std::string name = base::lower(host);
  constexpr std::string_view domains[] = {".localhost", ".amazonaws.com", ".amazonaws.com.cn",
                                          ".localhost.localdomain"};
  std::string_view front;
  for (const std::string_view domain : domains) {
    if (name.ends_with(domain))
      front = std::string_view(name).substr(0, name.size() - domain.size());
  }
  if (front.empty()) return std::nullopt;
  // What stands before the S3 label is the bucket; bucket names may hold dots.
  for (const std::string_view mark : {".s3.", ".s3-"}) {
    if (const auto at = front.find(mark); at != std::string_view::npos)
      return std::string(front.substr(0, at));
  }
  if (front.ends_with(".s3")) return std::string(front.substr(0, front.size() - 3));
  if (front == "s3" || front.starts_with("s3.") || front.starts_with("s3-")) return std::nullopt;
  // Below AWS's own domain a host without an S3 label is no bucket.
  if (!name.ends_with("localhost")) return std::nullopt;
  return std::string(front);
}

}  // namespace millrace::aws
