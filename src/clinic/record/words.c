#include "record/words.h"

#include <stddef.h>
#include <string.h>

const char *rsp_history_text(const char *word)
{
    for (size_t i = 0; rsp_history_words[i] != NULL; i++)
        if (strcmp(rsp_history_words[i], word) == 0)
            return rsp_history_texts[i];
    return word;
}
