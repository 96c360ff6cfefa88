/** The second factor: codes that change every 30 seconds (RFC 6238, liboath), and the drawing that a phone reads. */
#ifndef RSP_CLINIC_SERVICE_OTP_H
#define RSP_CLINIC_SERVICE_OTP_H

#include <stdint.h>

#include <respite/status.h>

#include "base/text.h"

enum { RSP_OTP_SECRET_SIZE = 33, RSP_OTP_URL_SIZE = 200, RSP_OTP_STEP_S = 30 };

/** A new secret of 160 bits in base 32. */
RSP_CHECKED rsp_status rsp_otp_new(char secret[RSP_OTP_SECRET_SIZE], struct rsp_error *err);

/** Which step of time a code belongs to: the one of now, before or after; -1 when none of them. */
int64_t rsp_otp_step(const char *secret, const char *code, int64_t now_s);

/** The code of a moment. For tests and for the person who holds the secret.
 * @param code  out: six digits */
RSP_CHECKED rsp_status rsp_otp_code(const char *secret, int64_t now_s, char code[7], struct rsp_error *err);

/** "otpauth://totp/..." of an account. */
void rsp_otp_url(const char *account, const char *secret, char url[RSP_OTP_URL_SIZE]);

/** A text as QR code, drawn as SVG (libqrencode). */
RSP_CHECKED rsp_status rsp_otp_drawing(const char *text, struct rsp_buf *svg, struct rsp_error *err);

#endif
