#define _GNU_SOURCE
#include "load_generator.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { answer_size = 8 << 10, events_at_once = 256 };

struct client {
    int socket;
    /// The request that is under way, by its place in the run; -1 for none.
    long place;
    int64_t started;
    size_t filled;
    char *request;
    char answer[answer_size];
};

struct load_generator {
    int poll;
    int count;
    size_t length;
    size_t number_count;
    size_t *number_places;
    struct client *clients;
};

static int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int join(struct client *client, int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    int on = 1;
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return client->socket >= 0 && !connect(client->socket, (struct sockaddr *)&address, sizeof address)
        && !setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

struct load_generator *load_generator_open(int port, int count, const struct load_request *request) {
    struct load_generator *generator = calloc(1, sizeof *generator);
    generator->poll = epoll_create1(EPOLL_CLOEXEC);
    generator->length = request->length;
    generator->number_count = request->number_count;
    generator->number_places = malloc(request->number_count * sizeof(size_t));
    memcpy(generator->number_places, request->number_places, request->number_count * sizeof(size_t));
    generator->clients = calloc((size_t)count, sizeof(struct client));
    for (int index = 0; index < count; index++) {
        struct client *client = &generator->clients[index];
        client->request = malloc(request->length);
        memcpy(client->request, request->bytes, request->length);
        client->place = -1;
        generator->count = index + 1;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
        if (!join(client, port) || epoll_ctl(generator->poll, EPOLL_CTL_ADD, client->socket, &event)) {
            load_generator_close(generator);
            return NULL;
        }
    }
    return generator;
}

void load_generator_close(struct load_generator *generator) {
    for (int index = 0; index < generator->count; index++) {
        if (generator->clients[index].socket >= 0) close(generator->clients[index].socket);
        free(generator->clients[index].request);
    }
    close(generator->poll);
    free(generator->number_places);
    free(generator->clients);
    free(generator);
}

/// Sends the request of a number; false when the connection is over. A request is far smaller than a socket's room.
static int begin(struct load_generator *generator, struct client *client, long place, long number) {
    for (size_t index = 0; index < generator->number_count; index++) {
        char *digits = client->request + generator->number_places[index];
        long rest = number;
        for (int digit = load_number_digits - 1; digit >= 0; digit--, rest /= 10) digits[digit] = (char)('0' + rest % 10);
    }
    client->place = place;
    client->started = nanoseconds();
    return send(client->socket, client->request, generator->length, MSG_NOSIGNAL) == (ssize_t)generator->length;
}

/// The status of the answer once it is there whole; 0 before that, -1 when the connection is over.
static int read_answer(struct client *client) {
    ssize_t count = recv(client->socket, client->answer + client->filled, answer_size - 1 - client->filled, MSG_DONTWAIT);
    if (count <= 0) return count < 0 && errno == EAGAIN ? 0 : -1;
    client->filled += (size_t)count;
    client->answer[client->filled] = 0;
    char *end = memmem(client->answer, client->filled, "\r\n\r\n", 4);
    if (!end) return client->filled < answer_size - 1 ? 0 : -1;
    char *length = strcasestr(client->answer, "\r\ncontent-length:");
    size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    if (client->filled < (size_t)(end - client->answer) + 4 + body) return 0;
    client->filled = 0;
    return atoi(client->answer + 9);
}

long load_generator_run(struct load_generator *generator, long first, long count, uint32_t *times) {
    struct epoll_event events[events_at_once];
    long next = 0, open = 0, accepted = 0;
    for (int index = 0; index < generator->count && next < count; index++, next++, open++)
        if (!begin(generator, &generator->clients[index], next, first + next)) return accepted;
    while (open > 0) {
        int ready = epoll_wait(generator->poll, events, events_at_once, -1);
        for (int index = 0; index < ready; index++) {
            struct client *client = events[index].data.ptr;
            int status = read_answer(client);
            if (status == 0) continue;
            if (status < 0 || client->place < 0) return accepted;
            times[client->place] = (uint32_t)((nanoseconds() - client->started) / 1000);
            accepted += status == 202;
            client->place = -1;
            open--;
            if (next == count) continue;
            if (!begin(generator, client, next, first + next)) return accepted;
            next++, open++;
        }
    }
    return accepted;
}
