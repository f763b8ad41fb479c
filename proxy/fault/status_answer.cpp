#include "proxy/fault/status_answer.h"

namespace firedrill {
namespace {

// The page of the persona, or what the operator wants in its place.
Page page_for(const StatusPage& wanted) {
  Page page = *page_of(wanted.persona, wanted.code);
  if (wanted.body) {
    page.body = *wanted.body;
    page.cacheable = true;
    if (may_have_body(wanted.code)) page.content_type = "text/plain";
  }
  return page;
}

}  // namespace

std::string wrong_code(const StatusPage& page) {
  if (page_of(page.persona, page.code)) return "";
  std::string wrong = "is none that ";
  wrong.append(name_of(page.persona)).append(" answers with; it has ");
  return wrong.append(codes_of(page.persona)).append(", and plain has all");
}

std::string wrong_body(const StatusPage& page) {
  const bool fits = may_have_body(page.code) || !page.body || page.body->empty();
  return fits ? "" : "is not possible: a response with this code has no body";
}

StatusAnswer::StatusAnswer(const StatusPage& wanted, const HeaderLines& headers, Reach reach) {
  const Page page = page_for(wanted);
  const auto compose = [&](std::string& bytes, AfterAnswer after) {
    const HeadText head = head_of(wanted.persona, page, headers, after);
    bytes = head.text + page.body;
    return Answer{
        .bytes = as_bytes(bytes),
        .head_size = head.text.size(),
        .date_offset = head.date_offset.value_or(Answer::kNoDate),
        .status = wanted.code,
        .reach_upstream = reach == Reach::upstream,
    };
  };
  closing_ = compose(closing_bytes_, AfterAnswer::close);
  answer_ = closing_;
  if (page.closes) return;
  answer_ = compose(bytes_, AfterAnswer::stay_open);
  answer_.closing = &closing_;
}

StatusAnswer::StatusAnswer(const RecordedPage& page, Reach reach) : bytes_(page.text) {
  answer_ = {.bytes = as_bytes(bytes_),
             .head_size = page.head_size,
             .date_offset = page.date_offset.value_or(Answer::kNoDate),
             .status = page.code,
             .reach_upstream = reach == Reach::upstream};
  if (page.closes) return;
  closing_bytes_ = closing_text(page);
  closing_ = answer_;
  closing_.bytes = as_bytes(closing_bytes_);
  closing_.head_size = page.head_size + closing_bytes_.size() - bytes_.size();
  answer_.closing = &closing_;
}

AnswerPtr status_answer(const StatusPage& page, const HeaderLines& headers, Reach reach) {
  const auto made = std::make_shared<const StatusAnswer>(page, headers, reach);
  return {made, &made->answer()};
}

}  // namespace firedrill
