// Asks a MariaDB server things, through its client library.
//
//   mariadb_user INTERVAL_MICROS COUNT SOCKET
//
// COUNT rounds (0: until SIGTERM). Round i: mysql_query "SELECT i, 'query'"; a statement "SELECT ? + i" prepared and carried
// out; every fifth time mysql_real_query "SELECT * FROM missing.missing -- i", which fails.
// Prints "ready pid=P", at the end "done rounds=R".
#include <mysql.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

static void expect(int right, const char *what) {
    if (!right) {
        fprintf(stderr, "mariadb_user: %s\n", what);
        exit(1);
    }
}

static void statement(MYSQL *connection, long round) {
    char text[80];
    int number = 1;
    MYSQL_BIND parameter = {.buffer_type = MYSQL_TYPE_LONG, .buffer = &number};
    MYSQL_STMT *prepared = mysql_stmt_init(connection);
    snprintf(text, sizeof text, "SELECT ? + %ld", round);
    expect(mysql_stmt_prepare(prepared, text, strlen(text)) == 0, mysql_stmt_error(prepared));
    expect(mysql_stmt_bind_param(prepared, &parameter) == 0, mysql_stmt_error(prepared));
    expect(mysql_stmt_execute(prepared) == 0, mysql_stmt_error(prepared));
    mysql_stmt_close(prepared);
}

int main(int argc, char **argv) {
    if (argc != 4) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), round = 0;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    MYSQL *connection = mysql_init(NULL);
    expect(mysql_real_connect(connection, "localhost", "root", NULL, NULL, 0, argv[3], 0) != NULL, mysql_error(connection));
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        char text[80];
        snprintf(text, sizeof text, "SELECT %ld, 'query'", round);
        expect(mysql_query(connection, text) == 0, mysql_error(connection));
        mysql_free_result(mysql_store_result(connection));
        statement(connection, round);
        if (round % 5 == 0) {
            snprintf(text, sizeof text, "SELECT * FROM missing.missing -- %ld", round);
            expect(mysql_real_query(connection, text, strlen(text)) != 0, "a table that is not there was read");
        }
        if (interval > 0) usleep((useconds_t)interval);
    }
    mysql_close(connection);
    printf("done rounds=%ld\n", round);
    return 0;
}
