/* bench_measure COMMAND [ARGUMENT...]: runs the command, its output discarded, and prints its wall
 * seconds, processor seconds and peak memory as "WALL CPU MIB". */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void run_child(char **argv)
{
    const int null = open("/dev/null", O_WRONLY);
    if (null >= 0)
        dup2(null, STDOUT_FILENO);
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    struct rusage used;
    int status = 0;
    if (argc < 2) {
        fprintf(stderr, "usage: bench_measure COMMAND [ARGUMENT...]\n");
        return 2;
    }
    const double start = seconds_now();
    const pid_t child = fork();
    if (child == 0)
        run_child(argv + 1);
    if (child < 0 || wait4(child, &status, 0, &used) != child) {
        perror("bench_measure");
        return 1;
    }
    printf("%.3f %.3f %ld\n",
           seconds_now() - start,
           seconds_of(used.ru_utime) + seconds_of(used.ru_stime),
           used.ru_maxrss / 1024);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
