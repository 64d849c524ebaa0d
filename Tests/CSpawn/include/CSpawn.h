#pragma once

#include <spawn.h>

// What glibc declares to GNU sources alone, and Swift's Glibc module does not show.

int spawn_close_from(posix_spawn_file_actions_t *actions, int first);
int spawn_change_directory(posix_spawn_file_actions_t *actions, const char *path);

/// Lets a process write no file beyond a size, as on a full disk.
int limit_file_size(pid_t process, unsigned long size);
