/* Any text as a scenario of devices: refused with a sentence, or its messages are read back, row by row, with their device. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/device/scenario.h"
#include "exchange/observed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct rsp_scenario *scenario, const struct rsp_scenario_message *message)
{
    struct rsp_hl7 *read = NULL;
    struct rsp_observed_list list = {0};
    need(!message->text.failed && message->at_ms <= scenario->length_ms && message->n_copy > 0);
    need(rsp_hl7_parse(message->text.data, message->text.length, &read, NULL) == RSP_OK);
    need(rsp_observed_read(read, &list, NULL) == RSP_OK);
    need(list.n > 1 && list.n <= 1 + scenario->device[message->device].n_sign);
    for (size_t i = 0; i < list.n; i++) {
        const bool value = list.row[i].kind == RSP_OBSERVED_VALUE;
        need(value || list.row[i].kind == RSP_OBSERVED_NONE);
        need(!value || list.row[i].value >= 0);
        need(strcmp(list.row[i].device, scenario->device[message->device].id) == 0);
        need(strcmp(list.row[i].patient, scenario->device[message->device].patient) == 0);
    }
    rsp_observed_free(&list);
    rsp_hl7_free(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 100 }; /* messages, for the speed of the fuzzer */
    struct rsp_scenario *scenario = NULL;
    struct rsp_scenario_play play;
    struct rsp_scenario_message message;
    struct rsp_error err = {0};
    if (rsp_scenario_parse((const char *)data, size, "fuzz.yaml", &scenario, &err) != RSP_OK) {
        need(scenario == NULL && err.message[0] != '\0');
        return 0;
    }
    rsp_scenario_begin(&play, scenario, 1, 1795970700000);
    for (int i = 0; i < MOST && rsp_scenario_next(&play, &message); i++) {
        need(rsp_scenario_write(&play, &message));
        check(scenario, &message);
        rsp_buf_free(&message.text);
    }
    rsp_scenario_free(scenario);
    return 0;
}
