#define _GNU_SOURCE
#include "bare_loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { buffer_size = 64 << 10, events_at_once = 256 };

struct connection {
    int socket;
    size_t filled;
    char buffer[buffer_size];
};

int fixed_answer_listen(int *port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)
        || getsockname(listener, (struct sockaddr *)&address, &length)) {
        close(listener);
        return -1;
    }
    *port = ntohs(address.sin_port);
    return listener;
}

/// The length of the first whole request in the buffer; 0 when there is none yet.
static size_t request_length(const char *bytes, size_t count) {
    const char *end = memmem(bytes, count, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - bytes) + 4, body = 0;
    for (const char *line = bytes; line < end; line = (const char *)memchr(line, '\n', (size_t)(end + 2 - line)) + 1)
        if (!strncasecmp(line, "content-length:", 15)) body = strtoul(line + 15, NULL, 10);
    return head + body <= count ? head + body : 0;
}

/// Answers what has come whole; false when the connection is over.
static int answer(struct connection *connection, const char *reply, size_t reply_length) {
    ssize_t count = recv(connection->socket, connection->buffer + connection->filled,
        buffer_size - connection->filled, 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    connection->filled += (size_t)count;
    size_t length;
    while ((length = request_length(connection->buffer, connection->filled))) {
        if (send(connection->socket, reply, reply_length, MSG_NOSIGNAL) != (ssize_t)reply_length) return 0;
        connection->filled -= length;
        memmove(connection->buffer, connection->buffer + length, connection->filled);
    }
    return connection->filled < buffer_size;
}

static void accept_all(int listener, int poll) {
    int socket;
    while ((socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        connection->socket = socket;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
    }
}

void fixed_answer_serve(int listener, const char *body) {
    char *reply;
    int reply_length = asprintf(&reply,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: %zu\r\n\r\n%s",
        strlen(body), body);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[events_at_once];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poll, events, events_at_once, -1);
        for (int index = 0; index < count; index++) {
            struct connection *connection = events[index].data.ptr;
            if (!connection) {
                accept_all(listener, poll);
            } else if (!answer(connection, reply, (size_t)reply_length)) {
                close(connection->socket);
                free(connection);
            }
        }
    }
}
