// A peer that is CZMQ: sockets made, used and closed as the lines on standard input say, with one line
// out for each. A word that starts with "=" is bytes in hexadecimal.

#include <czmq.h>

static const int PATIENCE = 30000;

static zhashx_t *sockets;
static zactor_t *authenticator;

static void
answer_error (const char *reason)
{
    printf ("error %s\n", reason);
}

static zchunk_t *
decode (const char *word)
{
    if (*word != '=')
        return zchunk_new (word, strlen (word));
    size_t size = strlen (word + 1) / 2;
    byte *bytes = (byte *) malloc (size + 1);
    for (size_t index = 0; index < size; index++) {
        const char *digits = word + 1 + 2 * index;
        int high = digits [0] <= '9'? digits [0] - '0': digits [0] - 'a' + 10;
        int low = digits [1] <= '9'? digits [1] - '0': digits [1] - 'a' + 10;
        bytes [index] = (byte) (16 * high + low);
    }
    zchunk_t *chunk = zchunk_new (bytes, size);
    free (bytes);
    return chunk;
}

static char *
decode_text (const char *word)
{
    zchunk_t *chunk = decode (word);
    char *text = zchunk_strdup (chunk);
    zchunk_destroy (&chunk);
    return text;
}

static void
encode (zframe_t *frame)
{
    static const char digits [] = "0123456789abcdef";
    size_t size = zframe_size (frame);
    byte *bytes = zframe_data (frame);
    char *text = (char *) malloc (2 * size + 1);
    for (size_t index = 0; index < size; index++) {
        text [2 * index] = digits [bytes [index] >> 4];
        text [2 * index + 1] = digits [bytes [index] & 15];
    }
    fputs (" =", stdout);
    fwrite (text, 1, 2 * size, stdout);
    free (text);
}

static void
destroy_socket (void **item)
{
    zsock_destroy ((zsock_t **) item);
}

static int
type_of (const char *name)
{
    static const char *names [] = { "PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER",
                                    "PULL", "PUSH", "XPUB", "XSUB", "STREAM", NULL };
    for (int type = 0; names [type]; type++)
        if (streq (names [type], name))
            return type;
    return -1;
}

static void
command_socket (const char *name, const char *type)
{
    zsock_t *socket = type_of (type) < 0? NULL: zsock_new (type_of (type));
    if (!socket) {
        answer_error (type);
        return;
    }
    zsock_set_linger (socket, 0);
    zsock_set_rcvtimeo (socket, PATIENCE);
    zsock_set_sndtimeo (socket, PATIENCE);
    zhashx_insert (sockets, name, socket);
    puts ("ok");
}

static void
command_set (zsock_t *socket, int option, const char *word)
{
    int rc;
    if (*word == '=') {
        zchunk_t *chunk = decode (word);
        rc = zmq_setsockopt (zsock_resolve (socket), option, zchunk_data (chunk),
                             zchunk_size (chunk));
        zchunk_destroy (&chunk);
    }
    else {
        int value = atoi (word);
        rc = zmq_setsockopt (zsock_resolve (socket), option, &value, sizeof value);
    }
    if (rc == 0)
        puts ("ok");
    else
        answer_error (zmq_strerror (zmq_errno ()));
}

static void
command_bind (zsock_t *socket, const char *address)
{
    if (zsock_bind (socket, "%s", address) < 0) {
        answer_error (zmq_strerror (zmq_errno ()));
        return;
    }
    char *endpoint = zsock_last_endpoint (socket);
    printf ("ok %s\n", endpoint);
    freen (endpoint);
}

static void
command_connect (zsock_t *socket, const char *endpoint)
{
    if (zsock_connect (socket, "%s", endpoint) == 0)
        puts ("ok");
    else
        answer_error (zmq_strerror (zmq_errno ()));
}

static void
command_send (zsock_t *socket)
{
    zmsg_t *message = zmsg_new ();
    const char *word;
    while ((word = strtok (NULL, " \n"))) {
        zchunk_t *chunk = decode (word);
        zmsg_addmem (message, zchunk_data (chunk), zchunk_size (chunk));
        zchunk_destroy (&chunk);
    }
    if (zmsg_send (&message, socket) == 0)
        puts ("ok");
    else {
        answer_error (zmq_strerror (zmq_errno ()));
        zmsg_destroy (&message);
    }
}

static void
command_receive (zsock_t *socket)
{
    zmsg_t *message = zmsg_recv (socket);
    if (!message) {
        answer_error (zmq_strerror (zmq_errno ()));
        return;
    }
    fputs ("ok", stdout);
    for (zframe_t *frame = zmsg_first (message); frame; frame = zmsg_next (message))
        encode (frame);
    putchar ('\n');
    zmsg_destroy (&message);
}

static void
allow_plain (const char *directory)
{
    char *user = decode_text (strtok (NULL, " \n"));
    char *password = decode_text (strtok (NULL, " \n"));
    char *path = zsys_sprintf ("%s/passwords", directory);
    zhash_t *passwords = zhash_new ();
    zhash_insert (passwords, user, password);
    zhash_save (passwords, path);
    zstr_sendx (authenticator, "PLAIN", path, NULL);
    zhash_destroy (&passwords);
    freen (path);
    freen (password);
    freen (user);
}

static void
allow_curve (const char *directory)
{
    const char *word;
    for (int number = 0; (word = strtok (NULL, " \n")); number++) {
        zchunk_t *key = decode (word);
        // Only the public half is saved.
        static const byte no_secret [32];
        zcert_t *certificate = zcert_new_from (zchunk_data (key), no_secret);
        char *path = zsys_sprintf ("%s/%d.cert", directory, number);
        zcert_save_public (certificate, path);
        freen (path);
        zcert_destroy (&certificate);
        zchunk_destroy (&key);
    }
    zstr_sendx (authenticator, "CURVE", directory, NULL);
}

static void
command_zap (const char *directory, const char *mechanism)
{
    authenticator = zactor_new (zauth, NULL);
    if (streq (mechanism, "plain"))
        allow_plain (directory);
    else
        allow_curve (directory);
    zsock_wait (authenticator);
    puts ("ok");
}

static void
command_reset (void)
{
    zhashx_purge (sockets);
    zactor_destroy (&authenticator);
    puts ("ok");
}

static void
answer (const char *command)
{
    char *first = strtok (NULL, " \n");
    if (streq (command, "reset")) {
        command_reset ();
        return;
    }
    if (streq (command, "zap")) {
        // Its handler serves all domains.
        strtok (NULL, " \n");
        command_zap (first, strtok (NULL, " \n"));
        return;
    }
    if (streq (command, "socket")) {
        command_socket (first, strtok (NULL, " \n"));
        return;
    }
    zsock_t *socket = (zsock_t *) zhashx_lookup (sockets, first);
    if (!socket)
        answer_error ("No such socket");
    else if (streq (command, "set")) {
        int option = atoi (strtok (NULL, " \n"));
        command_set (socket, option, strtok (NULL, " \n"));
    }
    else if (streq (command, "bind"))
        command_bind (socket, strtok (NULL, " \n"));
    else if (streq (command, "connect"))
        command_connect (socket, strtok (NULL, " \n"));
    else if (streq (command, "send"))
        command_send (socket);
    else if (streq (command, "receive"))
        command_receive (socket);
    else if (streq (command, "close")) {
        zhashx_delete (sockets, first);
        puts ("ok");
    }
    else
        answer_error ("No such command");
}

int
main (void)
{
    int major, minor, patch;
    zmq_version (&major, &minor, &patch);
    zsys_handler_set (NULL);
    sockets = zhashx_new ();
    zhashx_set_destructor (sockets, destroy_socket);
    printf ("ok %d.%d.%d/libzmq-%d.%d.%d REQ REP DEALER ROUTER PUSH PULL PUB SUB XPUB XSUB PAIR "
            "STREAM tcp ipc PLAIN ZAP heartbeats%s\n",
            CZMQ_VERSION_MAJOR, CZMQ_VERSION_MINOR, CZMQ_VERSION_PATCH, major, minor, patch,
            zmq_has ("curve")? " CURVE": "");
    fflush (stdout);

    char *line = NULL;
    size_t room = 0;
    while (getline (&line, &room, stdin) > 0) {
        answer (strtok (line, " \n"));
        fflush (stdout);
    }
    free (line);
    zactor_destroy (&authenticator);
    zhashx_destroy (&sockets);
    return 0;
}
