#include "service/otp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>

enum { SECRET_BYTES = 20, WINDOW = 1, DIGITS = 6, QUIET_ZONE = 4 };

rsp_status rsp_otp_new(char secret[RSP_OTP_SECRET_SIZE], struct rsp_error *err)
{
    unsigned char bytes[SECRET_BYTES];
    char *text = NULL;

    randombytes_buf(bytes, sizeof bytes);
    const int made = oath_base32_encode((const char *)bytes, sizeof bytes, &text, NULL);
    sodium_memzero(bytes, sizeof bytes);
    if (made != OATH_OK || text == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while making a second factor");
    snprintf(secret, RSP_OTP_SECRET_SIZE, "%s", text);
    sodium_memzero(text, strlen(text));
    free(text);
    return RSP_OK;
}

static bool decode(const char *secret, char **bytes, size_t *n)
{
    return oath_base32_decode(secret, strlen(secret), bytes, n) == OATH_OK && *bytes != NULL;
}

int64_t rsp_otp_step(const char *secret, const char *code, int64_t now_s)
{
    char *bytes = NULL;
    size_t n = 0;
    int where = 0;
    uint64_t step = 0;

    if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS || !decode(secret, &bytes, &n))
        return -1;
    const int found =
        oath_totp_validate3(bytes, n, (time_t)now_s, RSP_OTP_STEP_S, 0, WINDOW, &where, &step, code);
    sodium_memzero(bytes, n);
    free(bytes);
    return found >= 0 ? (int64_t)step : -1;
}

rsp_status rsp_otp_code(const char *secret, int64_t now_s, char code[7], struct rsp_error *err)
{
    char *bytes = NULL;
    size_t n = 0;

    if (!decode(secret, &bytes, &n))
        return rsp_error_set(err, RSP_E_SYNTAX, "secret", "the secret is not base 32");
    const int made = oath_totp_generate(bytes, n, (time_t)now_s, RSP_OTP_STEP_S, 0, DIGITS, code);
    sodium_memzero(bytes, n);
    free(bytes);
    return made == OATH_OK ? RSP_OK : rsp_error_set(err, RSP_E_BUG, "secret", "no code could be made");
}

void rsp_otp_url(const char *account, const char *secret, char url[RSP_OTP_URL_SIZE])
{
    snprintf(url, RSP_OTP_URL_SIZE, "otpauth://totp/Respite:%s?secret=%s&issuer=Respite", account, secret);
}

rsp_status rsp_otp_drawing(const char *text, struct rsp_buf *svg, struct rsp_error *err)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

    if (code == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "the QR code could not be made");
    const int side = code->width + 2 * QUIET_ZONE;
    rsp_buf_printf(svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
        "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
        side, side, side, side);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if ((code->data[y * code->width + x] & 1) != 0)
                rsp_buf_printf(svg, "M%d %dh1v1h-1z", x + QUIET_ZONE, y + QUIET_ZONE);
    rsp_buf_text(svg, "\"/></svg>");
    QRcode_free(code);
    return svg->failed ? rsp_error_set(err, RSP_E_MEMORY, "", "the QR code does not fit into memory")
                       : RSP_OK;
}
