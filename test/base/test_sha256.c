/* Digests of the standard's own examples (FIPS 180-4 and NIST's example values). */
#include "suite.h"

#include <string.h>

#include "base/sha256.h"

static const struct {
    const char *text, *hex;
    int repeat;
} example[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 1},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 1},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", 1},
    {"a", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", 1000000},
};

START_TEST(digests_are_those_of_the_standard)
{
    for (size_t i = 0; i < sizeof example / sizeof *example; i++) {
        struct rsp_sha256 sha;
        char hex[RSP_SHA256_HEX + 1];
        rsp_sha256_begin(&sha);
        for (int k = 0; k < example[i].repeat; k++)
            rsp_sha256_add(&sha, example[i].text, strlen(example[i].text));
        rsp_sha256_end(&sha, hex);
        ck_assert_str_eq(hex, example[i].hex);
    }
}
END_TEST

START_TEST(pieces_make_the_same_digest_as_the_whole)
{
    char text[200], whole[RSP_SHA256_HEX + 1], pieces[RSP_SHA256_HEX + 1];
    struct rsp_sha256 sha;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 7 + 1);
    for (size_t n = 0; n <= sizeof text; n++) {
        rsp_sha256_begin(&sha);
        rsp_sha256_add(&sha, text, n);
        rsp_sha256_end(&sha, whole);
        for (size_t i = 0; i < n; i++)
            rsp_sha256_add(&sha, text + i, 1);
        rsp_sha256_end(&sha, pieces);
        ck_assert_str_eq(whole, pieces);
    }
}
END_TEST

RUN_TESTS("sha256", digests_are_those_of_the_standard, pieces_make_the_same_digest_as_the_whole)
