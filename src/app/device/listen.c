#define _GNU_SOURCE /* accept4 */
#include "app/device/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "app/net/address.h"

enum { MAX_CONNECTION = 64, MAX_OF_ADDRESS = 16, FRAME_S = 20, IDLE_S = 900 };
enum { READ_BYTES = 64 << 10, MOST_OUT = 64 << 10, LOOK_MS = 500, MS_PER_S = 1000, NS_PER_MS = 1000000 };
/* Descriptors that are not a connection's. */
enum { WAKE, DOOR, N_OWN };

struct connection {
    int descriptor;
    bool closing;
    char host[INET6_ADDRSTRLEN];
    struct rsp_device_link link;
    char in[READ_BYTES];
    size_t in_at, in_n;
    struct rsp_buf out; /* what the device has not taken yet */
    size_t out_at;
    int64_t heard_ms;       /* last byte, by the monotonic clock */
    int64_t waiting_ms;     /* since when a message is unfinished or an answer not taken; 0 */
    unsigned long n_answer; /* when that began: a sender without pauses is not slow */
};

struct rsp_device_listener {
    struct rsp_device_sink sink;
    int max_connection, max_of_address;
    int64_t frame_ms, idle_ms;
    int door, wake;
    char address[RSP_BOUND_SIZE];
    char name[16];
    unsigned long n_connected;
    bool full;        /* told already */
    int64_t rests_ms; /* until when nobody is let in, by the monotonic clock */
    struct connection **connection;
    struct pollfd *polled;
    int n;
    pthread_t thread;
};

static int64_t clock_ms(clockid_t which)
{
    struct timespec now = {0};
    (void)clock_gettime(which, &now);
    return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

static void trouble(struct rsp_device_listener *l, const char *peer, const char *sentence)
{
    l->sink.trouble(l->sink.context, peer, clock_ms(CLOCK_REALTIME), sentence);
}

/* ---- connections ---- */

static void free_connection(struct connection *c)
{
    if (c == NULL)
        return;
    if (c->descriptor >= 0)
        close(c->descriptor);
    rsp_device_link_free(&c->link);
    rsp_buf_free(&c->out);
    free(c);
}

static void prepare_socket(int descriptor)
{
    const int on = 1, quiet_s = 60;
    (void)setsockopt(
        descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* an answer is one segment, at once */
    (void)setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &quiet_s, sizeof quiet_s);
}

static void write_peer(
    const struct sockaddr_storage *from, char host[INET6_ADDRSTRLEN], char peer[RSP_DEVICE_PEER])
{
    const bool six = from->ss_family == AF_INET6;
    const struct sockaddr_in6 *six_at = (const struct sockaddr_in6 *)from;
    const struct sockaddr_in *four_at = (const struct sockaddr_in *)from;
    const void *address = six ? (const void *)&six_at->sin6_addr : (const void *)&four_at->sin_addr;
    if (inet_ntop(from->ss_family, address, host, INET6_ADDRSTRLEN) == NULL)
        snprintf(host, INET6_ADDRSTRLEN, "unknown");
    snprintf(peer, RSP_DEVICE_PEER, six ? "[%s]:%u" : "%s:%u", host,
        ntohs(six ? six_at->sin6_port : four_at->sin_port));
}

/* Whether one more connection of this address is served; it is told once when the places are full, not each time. */
static bool has_place(struct rsp_device_listener *l, const char *host, const char *peer)
{
    int same = 0;
    for (int i = 0; i < l->n; i++)
        same += strcmp(l->connection[i]->host, host) == 0;
    const bool place = l->n < l->max_connection && same < l->max_of_address;
    if (!place && !l->full)
        trouble(l, peer, "no more connections are taken: too many are open, of this address or in all");
    l->full = !place;
    return place;
}

/* Without descriptors or memory the caller stays at the door, which would be seen open again at once. */
static void rest(struct rsp_device_listener *l)
{
    if (!l->full)
        trouble(l, l->address, "no more connections are taken: no descriptor or no memory is left");
    l->full = true;
    l->rests_ms = clock_ms(CLOCK_MONOTONIC) + LOOK_MS;
}

static void open_door(struct rsp_device_listener *l)
{
    struct sockaddr_storage from = {0};
    socklen_t size = sizeof from;
    char host[INET6_ADDRSTRLEN], peer[RSP_DEVICE_PEER], name[32];
    const int descriptor = accept4(l->door, (struct sockaddr *)&from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ECONNABORTED)
            rest(l);
        return;
    }
    write_peer(&from, host, peer);
    struct connection *c = has_place(l, host, peer) ? calloc(1, sizeof *c) : NULL;
    if (c == NULL) {
        close(descriptor);
        return;
    }
    prepare_socket(descriptor);
    c->descriptor = descriptor;
    snprintf(c->host, sizeof c->host, "%s", host);
    snprintf(name, sizeof name, "%s-%lu", l->name, ++l->n_connected);
    rsp_device_link_init(&c->link, &l->sink, peer, name);
    rsp_buf_init(&c->out, MOST_OUT);
    c->heard_ms = clock_ms(CLOCK_MONOTONIC);
    l->connection[l->n++] = c;
}

/* ---- bytes ---- */

static void send_out(struct connection *c)
{
    const ssize_t n = send(c->descriptor, c->out.data + c->out_at, c->out.length - c->out_at, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        c->closing = true;
        return;
    }
    c->out_at += n > 0 ? (size_t)n : 0;
    if (c->out_at == c->out.length) {
        rsp_buf_free(&c->out);
        rsp_buf_init(&c->out, MOST_OUT);
        c->out_at = 0;
    }
}

/* One message after another, each answered before the next is looked at. */
static void serve_in(struct connection *c)
{
    while (c->in_at < c->in_n && !c->closing && c->out.length == 0) {
        size_t taken = 0;
        rsp_device_link_take(
            &c->link, c->in + c->in_at, c->in_n - c->in_at, clock_ms(CLOCK_REALTIME), &taken, &c->out);
        c->in_at += taken;
        c->closing = c->out.failed; /* the device sends it again */
        if (c->out.length > 0 && !c->closing)
            send_out(c);
    }
}

static void read_in(struct connection *c)
{
    const ssize_t n = recv(c->descriptor, c->in, sizeof c->in, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (n <= 0) {
        rsp_device_link_end(&c->link, clock_ms(CLOCK_REALTIME));
        c->closing = true;
        return;
    }
    c->in_at = 0;
    c->in_n = (size_t)n;
    c->heard_ms = clock_ms(CLOCK_MONOTONIC);
}

static void serve(struct connection *c, short events)
{
    if (c->out.length > 0) {
        if ((events & (POLLOUT | POLLERR | POLLHUP)) != 0)
            send_out(c);
    } else if (c->in_at == c->in_n && (events & (POLLIN | POLLERR | POLLHUP)) != 0)
        read_in(c);
    serve_in(c);
}

/* Times: of an unfinished message, of an answer that is not taken, of silence. */
static void look_at(struct rsp_device_listener *l, struct connection *c, int64_t now_ms)
{
    const bool waiting = rsp_mllp_inside(&c->link.mllp) || c->out.length > 0;
    if (!waiting)
        c->waiting_ms = 0;
    else if (c->waiting_ms == 0 || c->n_answer != c->link.n_answer)
        c->waiting_ms = now_ms;
    c->n_answer = c->link.n_answer;
    if (waiting && now_ms - c->waiting_ms >= l->frame_ms) {
        trouble(l, c->link.peer,
            c->out.length > 0 ? "the device does not take its acknowledgement: the connection is closed"
                              : "a message takes too long to come: the connection is closed");
        c->closing = true;
    } else if (now_ms - c->heard_ms >= l->idle_ms) {
        trouble(l, c->link.peer, "the device has been silent for too long: the connection is closed");
        c->closing = true;
    }
}

static void remove_closed(struct rsp_device_listener *l)
{
    int kept = 0;
    for (int i = 0; i < l->n; i++) {
        if (l->connection[i]->closing)
            free_connection(l->connection[i]);
        else
            l->connection[kept++] = l->connection[i];
    }
    if (kept < l->n)
        l->full = false;
    l->n = kept;
}

static void *run(void *data)
{
    struct rsp_device_listener *l = data;
    for (;;) {
        const int n = l->n;
        l->polled[WAKE] = (struct pollfd){.fd = l->wake, .events = POLLIN};
        const bool rests = clock_ms(CLOCK_MONOTONIC) < l->rests_ms;
        l->polled[DOOR] = (struct pollfd){.fd = rests ? -1 : l->door, .events = POLLIN};
        for (int i = 0; i < n; i++)
            l->polled[N_OWN + i] = (struct pollfd){.fd = l->connection[i]->descriptor,
                .events = l->connection[i]->out.length > 0 ? POLLOUT : POLLIN};
        const int ready = poll(l->polled, (nfds_t)(N_OWN + n), LOOK_MS);
        if (ready < 0 && errno != EINTR) { /* no memory in the kernel */
            trouble(
                l, l->address, "the listener cannot wait for its connections, and looks at them again soon");
            (void)nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * (long)NS_PER_MS}, NULL);
        }
        if (ready > 0 && l->polled[WAKE].revents != 0)
            return NULL;
        const int64_t now_ms = clock_ms(CLOCK_MONOTONIC);
        for (int i = 0; i < n; i++) {
            serve(l->connection[i], ready > 0 ? l->polled[N_OWN + i].revents : 0);
            look_at(l, l->connection[i], now_ms);
        }
        remove_closed(l);
        if (ready > 0 && l->polled[DOOR].revents != 0)
            open_door(l);
    }
}

/* ---- beginning and end ---- */

static void free_listener(struct rsp_device_listener *l)
{
    if (l == NULL)
        return;
    for (int i = 0; i < l->n; i++)
        free_connection(l->connection[i]);
    if (l->door >= 0)
        close(l->door);
    if (l->wake >= 0)
        close(l->wake);
    free(l->connection);
    free(l->polled);
    free(l);
}

static rsp_status open_listener(
    struct rsp_device_listener *l, const struct rsp_device_options *options, struct rsp_error *err)
{
    struct rsp_address address;
    RSP_TRY(rsp_address_named(rsp_address_parse(options->listen, &address, err), "listen", err));
    if (!address.loopback && !options->anywhere)
        return rsp_error_set(err, RSP_E_DENIED, "listen",
            "'%.80s' can be reached from elsewhere, and devices neither encrypt nor sign in: listen on "
            "127.0.0.1 "
            "behind a tunnel, or say that this network is theirs alone",
            options->listen);
    l->max_connection = options->max_connection > 0 ? options->max_connection : MAX_CONNECTION;
    l->max_of_address = options->max_of_address > 0 ? options->max_of_address : MAX_OF_ADDRESS;
    l->frame_ms = (int64_t)MS_PER_S * (options->frame_s > 0 ? options->frame_s : FRAME_S);
    l->idle_ms = (int64_t)MS_PER_S * (options->idle_s > 0 ? options->idle_s : IDLE_S);
    l->connection = calloc((size_t)l->max_connection, sizeof(struct connection *));
    l->polled = calloc((size_t)l->max_connection + N_OWN, sizeof *l->polled);
    if (l->connection == NULL || l->polled == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "listen", "no memory for the connections");
    l->wake = eventfd(0, EFD_CLOEXEC);
    if (l->wake < 0)
        return rsp_error_set(err, RSP_E_IO, "listen", "no descriptor is free: %s", strerror(errno));
    return rsp_address_named(rsp_address_listen(&address, &l->door, l->address, err), "listen", err);
}

rsp_status rsp_device_listen(const struct rsp_device_options *options, const struct rsp_device_sink *sink,
    struct rsp_device_listener **listener, struct rsp_error *err)
{
    rsp_status status = RSP_OK;
    struct rsp_device_listener *l = calloc(1, sizeof *l);
    if (l == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "listen", "no memory for the listener");
    l->sink = *sink;
    l->door = l->wake = -1;
    snprintf(l->name, sizeof l->name, "R%llx", (unsigned long long)clock_ms(CLOCK_REALTIME));
    RSP_TRY_DONE(open_listener(l, options, err));
    if (pthread_create(&l->thread, NULL, run, l) != 0)
        RSP_TRY_DONE(rsp_error_set(err, RSP_E_MEMORY, "listen", "no thread for the listener"));
    *listener = l;
    l = NULL;
done:
    free_listener(l);
    return status;
}

const char *rsp_device_address(const struct rsp_device_listener *listener)
{
    return listener->address;
}

void rsp_device_stop(struct rsp_device_listener *listener)
{
    const uint64_t one = 1;
    if (listener == NULL)
        return;
    if (write(listener->wake, &one, sizeof one) != (ssize_t)sizeof one)
        return; /* it cannot be woken: leaking it is safer than freeing what it uses */
    pthread_join(listener->thread, NULL);
    free_listener(listener);
}
