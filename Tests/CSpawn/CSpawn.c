#define _GNU_SOURCE
#include "CSpawn.h"
#include <sys/resource.h>

int spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int spawn_change_directory(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

int limit_file_size(pid_t process, unsigned long size) {
    struct rlimit limit = {size, RLIM_INFINITY};
    return prlimit(process, RLIMIT_FSIZE, &limit, 0);
}
