/* Where the server listens. */
#include <stdio.h>

#include "app/net/address.h"
#include "app/server/server_internal.h"

static rsp_status check_exposure(
    const struct rsp_server_options *options, const struct rsp_address *address, struct rsp_error *err)
{
    if (address->loopback)
        return RSP_OK;
    if (options->loopback_only)
        return rsp_error_set(err, RSP_E_DENIED, "listen",
            "'%.80s' can be reached from elsewhere: a demonstration shows its passwords to whoever asks, and "
            "is "
            "served on 127.0.0.1 or [::1] only",
            options->listen);
    if (options->tls_cert == NULL && !options->plain_anywhere)
        return rsp_error_set(err, RSP_E_DENIED, "listen",
            "'%.80s' can be reached from elsewhere and there is no TLS: give --tls-cert and --tls-key, or "
            "listen on "
            "127.0.0.1 behind a proxy that has TLS",
            options->listen);
    if (options->origin == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "origin",
            "say by which name browsers reach this server: --origin https://clinic.example");
    return RSP_OK;
}

rsp_status rsp_listen(
    const struct rsp_server_options *options, int *descriptor, char *url, size_t size, struct rsp_error *err)
{
    struct rsp_address address;
    char bound[RSP_BOUND_SIZE];

    RSP_TRY(rsp_address_named(rsp_address_parse(options->listen, &address, err), "listen", err));
    RSP_TRY(check_exposure(options, &address, err));
    RSP_TRY(rsp_address_named(rsp_address_listen(&address, descriptor, bound, err), "listen", err));
    snprintf(url, size, "%s://%s", options->tls_cert != NULL ? "https" : "http", bound);
    return RSP_OK;
}
