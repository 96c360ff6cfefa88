/* The SQLite store runs the suite that every store must pass. */
#include "store_conformance.h"

static struct rsp_store *again(void)
{
    return open_store(false);
}

int main(void)
{
    static const struct store_medium sqlite = {"sqlite", new_store, again};
    Suite *suite = suite_create("store");
    store_conformance(suite, &sqlite);
    return run_suite(suite);
}
