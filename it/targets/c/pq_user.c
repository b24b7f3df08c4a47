// Asks a PostgreSQL server things, through libpq.
//
//   pq_user INTERVAL_MICROS COUNT CONNECTION
//
// COUNT rounds (0: until SIGTERM). Round i: PQexec "SELECT i, 'exec'" (one row); PQexecParams "SELECT $1::text || 'i'"
// with the parameter "secret-i" (one row); PQexecPrepared of "numbers", which is "SELECT generate_series(1, $1::int)" with
// 3 (three rows); every fifth time PQexec "SELECT * FROM missing -- i", which fails.
// Prints "ready pid=P", at the end "done rounds=R".
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

static void expect(PGconn *connection, PGresult *result, ExecStatusType wanted) {
    if (PQresultStatus(result) != wanted) {
        fprintf(stderr, "pq_user: %s", PQerrorMessage(connection));
        exit(1);
    }
    PQclear(result);
}

int main(int argc, char **argv) {
    if (argc != 4) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), round = 0;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    PGconn *connection = PQconnectdb(argv[3]);
    if (PQstatus(connection) != CONNECTION_OK) {
        fprintf(stderr, "pq_user: %s", PQerrorMessage(connection));
        return 1;
    }
    expect(connection, PQprepare(connection, "numbers", "SELECT generate_series(1, $1::int)", 1, NULL), PGRES_COMMAND_OK);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        char text[80], secret[40];
        const char *parameters[] = {secret}, *three[] = {"3"};
        snprintf(text, sizeof text, "SELECT %ld, 'exec'", round);
        expect(connection, PQexec(connection, text), PGRES_TUPLES_OK);
        snprintf(text, sizeof text, "SELECT $1::text || '%ld'", round);
        snprintf(secret, sizeof secret, "secret-%ld", round);
        expect(connection, PQexecParams(connection, text, 1, NULL, parameters, NULL, NULL, 0), PGRES_TUPLES_OK);
        expect(connection, PQexecPrepared(connection, "numbers", 1, three, NULL, NULL, 0), PGRES_TUPLES_OK);
        if (round % 5 == 0) {
            snprintf(text, sizeof text, "SELECT * FROM missing -- %ld", round);
            expect(connection, PQexec(connection, text), PGRES_FATAL_ERROR);
        }
        if (interval > 0) usleep((useconds_t)interval);
    }
    PQfinish(connection);
    printf("done rounds=%ld\n", round);
    return 0;
}
