/* The SQLite store, and one in memory, run the suite that every store must pass. */
#include "memory_store.h"
#include "store_conformance.h"

static struct rsp_store *again(void)
{
    return open_store(false);
}

int main(int argc, char **argv)
{
    static const struct store_medium sqlite = {"sqlite", new_store, again};
    static const struct store_medium memory = {"memory", memory_store_new, memory_store_again};
    Suite *suite = suite_create("store");
    (void)argv;
    store_conformance(suite, argc > 1 ? &memory : &sqlite);
    return run_suite(suite);
}
