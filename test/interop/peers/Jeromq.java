// A peer that is JeroMQ: sockets made, used and closed as the lines on standard input say, with one line
// out for each. A word that starts with "=" is bytes in hexadecimal.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.zeromq.ZMQ;

public class Jeromq {
    private static final int PATIENCE = 30_000;
    private static final int LAST_ENDPOINT = 32;
    private static final Map<String, Integer> TYPES = Map.ofEntries(
        Map.entry("REQ", ZMQ.REQ), Map.entry("REP", ZMQ.REP),
        Map.entry("DEALER", ZMQ.DEALER), Map.entry("ROUTER", ZMQ.ROUTER),
        Map.entry("PUSH", ZMQ.PUSH), Map.entry("PULL", ZMQ.PULL),
        Map.entry("PUB", ZMQ.PUB), Map.entry("SUB", ZMQ.SUB),
        Map.entry("XPUB", ZMQ.XPUB), Map.entry("XSUB", ZMQ.XSUB),
        Map.entry("PAIR", ZMQ.PAIR));

    private final ZMQ.Context context = ZMQ.context(1);
    private final Map<String, ZMQ.Socket> sockets = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        Jeromq peer = new Jeromq();
        out.println("ok " + arguments[0] + " tcp " + String.join(" ", TYPES.keySet()));
        out.flush();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(peer.answer(line.split(" ")));
            out.flush();
        }
        // Threads of the context would go on.
        System.exit(0);
    }

    private String answer(String[] words) {
        try {
            return "ok" + carryOut(words);
        } catch (RuntimeException error) {
            error.printStackTrace();
            return "error " + error;
        }
    }

    private String carryOut(String[] words) {
        if (words[0].equals("reset")) {
            sockets.values().forEach(ZMQ.Socket::close);
            sockets.clear();
            return "";
        }
        if (words[0].equals("socket")) {
            open(words[1], words[2]);
            return "";
        }
        ZMQ.Socket socket = sockets.get(words[1]);
        switch (words[0]) {
            case "set":
                socket.base().setSocketOpt(Integer.parseInt(words[2]), decode(words[3]));
                return "";
            case "bind":
                socket.bind(words[2]);
                return " " + socket.base().getsockoptx(LAST_ENDPOINT);
            case "connect":
                socket.connect(words[2]);
                return "";
            case "send":
                send(socket, words);
                return "";
            case "receive":
                return receive(socket);
            case "close":
                sockets.remove(words[1]).close();
                return "";
            default:
                throw new IllegalArgumentException("No such command: " + words[0]);
        }
    }

    private void open(String name, String type) {
        ZMQ.Socket socket = context.socket(TYPES.get(type));
        socket.setLinger(0);
        socket.setReceiveTimeOut(PATIENCE);
        socket.setSendTimeOut(PATIENCE);
        sockets.put(name, socket);
    }

    private void send(ZMQ.Socket socket, String[] words) {
        for (int index = 2; index < words.length; index++) {
            int flags = index + 1 < words.length ? ZMQ.SNDMORE : 0;
            if (!socket.send((byte[]) decode(words[index]), flags)) {
                throw new IllegalStateException("Nothing was sent");
            }
        }
    }

    private String receive(ZMQ.Socket socket) {
        List<byte[]> frames = new ArrayList<>();
        do {
            byte[] frame = socket.recv();
            if (frame == null) throw new IllegalStateException("Nothing was received");
            frames.add(frame);
        } while (socket.hasReceiveMore());
        StringBuilder text = new StringBuilder();
        for (byte[] frame : frames) text.append(" =").append(HexFormat.of().formatHex(frame));
        return text.toString();
    }

    private static Object decode(String word) {
        if (word.startsWith("=")) return HexFormat.of().parseHex(word.substring(1));
        return Integer.valueOf(word);
    }
}
