/** History words that a patient file accepts; the table is generated from rules/words.yaml. */
#ifndef RSP_CLINIC_RECORD_WORDS_H
#define RSP_CLINIC_RECORD_WORDS_H

/** Word and its text for people: pairs by place, both lists NULL-terminated. */
extern const char *const rsp_history_words[];
extern const char *const rsp_history_texts[];

/** Text of a history word ("recent_mi" -> "recent myocardial infarction"); the word itself when it is unknown. */
const char *rsp_history_text(const char *word);

#endif
