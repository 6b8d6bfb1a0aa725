// A REQ that times each of its round trips with whoever answers at an endpoint, and prints one line of
// JSON in microseconds. libzmq's remote_lat tells the mean only.

#include <zmq.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

bool spins = false;

// Without a pause: the shortest that this thread can wait.
bool Spin(void* request, std::vector<char>& message) {
  while (zmq_recv(request, message.data(), message.size(), ZMQ_DONTWAIT) == -1) {
    if (zmq_errno() != EAGAIN) return false;
  }
  return true;
}

bool RoundTrip(void* request, std::vector<char>& message) {
  if (zmq_send(request, message.data(), message.size(), 0) == -1) return false;
  return spins ? Spin(request, message)
               : zmq_recv(request, message.data(), message.size(), 0) >= 0;
}

double Percentile(const std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(share * sorted.size()))];
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc < 5) {
    std::fprintf(stderr,
                 "Usage: round_trips <connect-to> <message-size> <warm-up-ms> <ms> [spin]\n");
    return 1;
  }
  std::vector<char> message(std::strtoul(argv[2], nullptr, 10));
  const auto warm_up = std::chrono::milliseconds(std::atoi(argv[3]));
  const auto duration = std::chrono::milliseconds(std::atoi(argv[4]));

  spins = argc > 5;

  void* context = zmq_ctx_new();
  void* request = zmq_socket(context, ZMQ_REQ);
  bool ok = zmq_connect(request, argv[1]) == 0 && RoundTrip(request, message);
  for (const auto begin = Clock::now(); ok && Clock::now() - begin < warm_up;) {
    ok = RoundTrip(request, message);
  }

  std::vector<double> trips;
  trips.reserve(1 << 20);
  const auto begin = Clock::now();
  for (auto last = begin; ok && last - begin < duration;) {
    ok = RoundTrip(request, message);
    const auto now = Clock::now();
    trips.push_back(std::chrono::duration<double, std::micro>(now - last).count());
    last = now;
  }
  if (!ok) {
    std::fprintf(stderr, "Cannot make a round trip: %s\n", zmq_strerror(zmq_errno()));
    return 1;
  }

  double sum = 0;
  for (const double trip : trips) sum += trip;
  std::sort(trips.begin(), trips.end());
  std::printf("{\"mean\":%.3f,\"p50\":%.3f,\"p99\":%.3f,\"p999\":%.3f}\n", sum / trips.size(),
              Percentile(trips, 0.5), Percentile(trips, 0.99), Percentile(trips, 0.999));
  zmq_close(request);
  zmq_ctx_term(context);
  return 0;
}
