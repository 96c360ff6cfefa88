/* usage: make_clinic FILE.db: an empty clinic for the API tests. */
#include <stdio.h>

#include "service/clinic.h"

int main(int argc, char **argv)
{
    struct rsp_error err = {0};
    struct rsp_store *store = NULL;
    const struct rsp_store_options options = {.kinds = rsp_service_kinds()};

    if (argc != 2 || rsp_store_create(argv[1], &options, &store, &err) != RSP_OK) {
        fprintf(stderr, "make_clinic: %s\n", err.message);
        return 1;
    }
    rsp_store_close(store);
    return 0;
}
