// HTTP by Boost.Beast, whose parser and timers bound what one client can take.
// Everything is done on the thread that runs the io_context, save the calls of
// the handler, which a pool of threads makes: so nothing here needs a lock.
#include "capi/cli/serve/server.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "boost/asio/bind_executor.hpp"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/signal_set.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/thread_pool.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/core/tcp_stream.hpp"
#include "boost/beast/http/error.hpp"
#include "boost/beast/http/message.hpp"
#include "boost/beast/http/parser.hpp"
#include "boost/beast/http/read.hpp"
#include "boost/beast/http/string_body.hpp"
#include "boost/beast/http/write.hpp"

namespace pkictl {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
using net::ip::tcp;
using Error = beast::error_code;

// A commit waits for the disk, and a call for that: more than there are cores.
constexpr size_t kCallers = 16;
constexpr size_t kReadBytes = 4096;
// Bodies up to this size are small: all connections together may have them.
constexpr uint64_t kSmallBody = 64 << 10;
constexpr absl::Duration kMinPause = absl::Seconds(1);
constexpr absl::Duration kPauseAfterFailure = absl::Minutes(1);
constexpr auto kAcceptAgain = std::chrono::milliseconds(100);
// Beyond limits.connections, for those who are told to come again.
constexpr size_t kRefusedConnections = 32;

constexpr absl::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// As the service's: a UUID.
std::string NewRequestId(std::random_device& random) {
  std::array<uint32_t, 4> words = {};
  for (uint32_t& word : words) word = random();
  return absl::StrFormat("%08x-%04x-4%03x-a%03x-%04x%08x", words[0],
                         words[1] >> 16, words[1] & 0xfff, words[2] >> 20,
                         words[2] & 0xffff, words[3]);
}

using Message = http::response<http::string_body>;

// Without its body.
Message MessageOf(const HttpAnswer& answer, const std::string& id) {
  Message message;
  message.result(static_cast<unsigned>(answer.status));
  for (const HttpHeader& header : answer.headers) {
    message.set(header.name, header.value);
  }
  message.set("x-amzn-RequestId", id);
  message.set(http::field::date, HttpDate(absl::Now()));
  return message;
}

HttpAnswer Busy() {
  return AnswerJson(
      {503, "ServiceUnavailable", "The server is busy: try again."});
}

HttpAnswer Answer(const HttpHandler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception& thrown) {
    return AnswerJson({500, "InternalFailure", thrown.what()});
  }
}

// What it returns; an error when it throws.
template <typename T>
absl::StatusOr<T> Try(const std::function<absl::StatusOr<T>()>& function) {
  try {
    return function();
  } catch (const std::exception& thrown) {
    return absl::InternalError(thrown.what());
  }
}

HttpAnswer Malformed(absl::string_view why) {
  return AnswerJson(
      {400, "MalformedHttpRequestException",
       absl::StrCat("This is no request of HTTP/1.1: ", why, ".")});
}

// What a client is told about a request that could not be read; nothing when
// there is no one to tell.
std::optional<HttpAnswer> Complaint(Error error) {
  if (error == http::error::body_limit) {
    return AnswerJson({413, "RequestEntityTooLargeException",
                       "The body is larger than this server takes."});
  }
  if (error == http::error::header_limit ||
      error == http::error::buffer_overflow) {
    return AnswerJson({431, "RequestHeaderFieldsTooLargeException",
                       "The headers are larger than this server takes."});
  }
  if (error == http::error::end_of_stream ||
      error.category() !=
          http::make_error_code(http::error::end_of_stream).category()) {
    return std::nullopt;
  }
  return Malformed(error.message());
}

class Connection;

// What all connections share.
struct Server {
  explicit Server(const HttpOptions& given_options,
                  const HttpHandler& given_handler)
      : options(given_options), handler(given_handler) {}

  const HttpOptions& options;
  const HttpHandler& handler;
  // One thread.
  net::io_context io{1};
  net::thread_pool callers{kCallers};
  tcp::acceptor acceptor{io};
  net::signal_set signals{io, SIGTERM, SIGINT};
  net::steady_timer accept_again{io};
  net::steady_timer next_turn{io};
  net::steady_timer last_moment{io};
  absl::flat_hash_set<Connection*> connections;
  // Taken of limits.all_body_bytes.
  uint64_t body_bytes = 0;
  bool stopping = false;
  std::random_device random;
};

// Each function that begins an operation ends with it; what the operation ends
// with goes on. A connection lives as long as an operation has a pointer to it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server* server, tcp::socket socket)
      : server_(*server),
        options_(server->options),
        stream_(std::move(socket)),
        buffer_(options_.limits.header_bytes + kReadBytes) {
    server_.connections.insert(this);
  }
  ~Connection() {
    ReleaseBody();
    server_.connections.erase(this);
    if (server_.connections.empty()) server_.last_moment.cancel();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Waits for a request, whose first bytes may be here.
  void Wait() {
    parser_.emplace();
    parser_->header_limit(options_.limits.header_bytes);
    parser_->body_limit(options_.limits.body_bytes);
    if (buffer_.size() != 0) return ReadHeader();
    if (server_.stopping) return Close();
    idle_ = true;
    SetDeadline(options_.limits.idle_milliseconds);
    stream_.async_read_some(
        buffer_.prepare(kReadBytes),
        [self = shared_from_this()](Error error, size_t size) {
          self->idle_ = false;
          self->buffer_.commit(size);
          if (!error) self->ReadHeader();
        });
  }

  // Says no, whatever its request will be.
  void Refuse() { RefuseUnread(Busy()); }

  // Ends it when no request has begun.
  void Stop() {
    if (idle_) stream_.cancel();
  }

  // Ends it whatever it is at.
  void Cut() { stream_.close(); }

 private:
  void SetDeadline(uint32_t milliseconds) {
    stream_.expires_after(std::chrono::milliseconds(milliseconds));
  }

  void ReadHeader() {
    SetDeadline(options_.limits.request_milliseconds);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](Error error, size_t /*size*/) {
          if (error) return self->Complain(error);
          if (self->HasUnknownCoding()) {
            return self->RefuseUnread(
                Malformed("chunked is the only transfer coding"));
          }
          if (!self->ReserveBody()) return self->RefuseUnread(Busy());
          if (self->IsToContinue()) return self->SendContinue();
          self->ReadBody();
        });
  }

  // Whoever is in front of this server may see a body where the parser sees
  // none (RFC 9112 section 6.3).
  bool HasUnknownCoding() const {
    return parser_->get().count(http::field::transfer_encoding) != 0 &&
           !parser_->chunked();
  }

  bool ReserveBody() {
    const uint64_t size = parser_->content_length().value_or(
        parser_->chunked() ? options_.limits.body_bytes : 0);
    if (size <= kSmallBody) return true;
    // One is always let in.
    if (server_.body_bytes != 0 &&
        server_.body_bytes + size > options_.limits.all_body_bytes) {
      return false;
    }
    body_bytes_ = size;
    server_.body_bytes += size;
    return true;
  }

  void ReleaseBody() {
    server_.body_bytes -= body_bytes_;
    body_bytes_ = 0;
  }

  bool IsToContinue() const {
    const auto& header = parser_->get();
    return !parser_->is_done() && header.version() >= 11 &&
           beast::iequals(header[http::field::expect], "100-continue");
  }

  void SendContinue() {
    net::async_write(stream_, net::buffer(kContinue.data(), kContinue.size()),
                     [self = shared_from_this()](Error error, size_t /*size*/) {
                       if (!error) self->ReadBody();
                     });
  }

  void ReadBody() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](Error error, size_t /*size*/) {
                       if (error) return self->Complain(error);
                       self->Call();
                     });
  }

  void Complain(Error error) {
    std::optional<HttpAnswer> answer = Complaint(error);
    if (answer.has_value()) RefuseUnread(*std::move(answer));
  }

  void RefuseUnread(HttpAnswer answer) {
    parser_.reset();
    request_ = HttpRequest();
    keep_alive_ = false;
    is_read_ = false;
    Send(std::move(answer));
  }

  void Call() {
    auto message = parser_->release();
    keep_alive_ = message.keep_alive();
    is_read_ = true;
    request_ = HttpRequest();
    request_.method = std::string(message.method_string());
    request_.target = std::string(message.target());
    for (const auto& field : message) {
      request_.headers.push_back(
          {absl::AsciiStrToLower(std::string(field.name_string())),
           std::string(field.value())});
    }
    request_.body = std::move(message.body());
    // The engine takes the time that it takes.
    stream_.expires_never();
    OnCaller([this] { answer_ = Answer(server_.handler, request_); },
             [this] {
               request_.body = std::string();
               Send(std::move(answer_));
             });
  }

  // Runs `call` on a thread of the pool, and then `done` here.
  template <typename CallFunction, typename DoneFunction>
  void OnCaller(CallFunction call, DoneFunction done) {
    net::post(server_.callers,
              [self = shared_from_this(), call, done,
               work = net::make_work_guard(server_.io)]() mutable {
                call();
                net::io_context& io = self->server_.io;
                net::post(io, [self = std::move(self), done] { done(); });
              });
  }

  void Send(HttpAnswer answer) {
    ReleaseBody();
    answer_ = std::move(answer);
    if (server_.stopping) keep_alive_ = false;
    to_send_ = answer_.size.value_or(answer_.body.size());
    const std::string id = NewRequestId(server_.random);
    message_ = MessageOf(answer_, id);
    message_.keep_alive(keep_alive_);
    message_.content_length(to_send_);
    if (request_.method == "HEAD") {
      to_send_ = 0;
    } else {
      message_.body() = std::move(answer_.body);
    }
    if (options_.log != nullptr) {
      options_.log(absl::StrCat(id, " ", answer_.status, " ", request_.method,
                                " ", absl::CHexEscape(request_.target), " ",
                                absl::CHexEscape(answer_.note)));
    }
    SetDeadline(options_.limits.request_milliseconds);
    http::async_write(
        stream_, message_,
        [self = shared_from_this()](Error error, size_t /*size*/) {
          if (!error) self->Sent(self->message_.body().size());
        });
  }

  void Sent(size_t size) {
    to_send_ -= size;
    if (to_send_ != 0 && answer_.next != nullptr) return SendNext();
    if (keep_alive_) return Wait();
    Close();
  }

  void SendNext() {
    stream_.expires_never();
    OnCaller([this] { part_ = Try(answer_.next); },
             [this] {
               if (part_.ok() && !part_->empty() && part_->size() <= to_send_) {
                 SendPart();
               }
             });
  }

  void SendPart() {
    SetDeadline(options_.limits.request_milliseconds);
    net::async_write(stream_, net::buffer(*part_),
                     [self = shared_from_this()](Error error, size_t size) {
                       if (!error) self->Sent(size);
                     });
  }

  void Close() {
    Error ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (!is_read_) Drain();
  }

  // Closing with unread bytes would take the answer from the client before it
  // reads it.
  void Drain() {
    buffer_.clear();
    stream_.async_read_some(
        buffer_.prepare(kReadBytes),
        [self = shared_from_this()](Error error, size_t /*size*/) {
          if (!error) self->Drain();
        });
  }

  Server& server_;
  const HttpOptions& options_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  // Absent before the first request; it cannot be used twice.
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpRequest request_;
  HttpAnswer answer_;
  Message message_;
  absl::StatusOr<std::string> part_;
  uint64_t to_send_ = 0;
  // What this request has of Server::body_bytes.
  uint64_t body_bytes_ = 0;
  bool keep_alive_ = false;
  // The request was read to its end.
  bool is_read_ = true;
  // No request has begun.
  bool idle_ = false;
};

void Accept(Server* server);

void AcceptLater(Server* server) {
  server->accept_again.expires_after(kAcceptAgain);
  server->accept_again.async_wait([server](Error cancelled) {
    if (!cancelled) Accept(server);
  });
}

void Accept(Server* server) {
  const size_t limit = server->options.limits.connections;
  if (server->connections.size() >= limit + kRefusedConnections) {
    return AcceptLater(server);
  }
  server->acceptor.async_accept([=](Error error, tcp::socket socket) {
    if (!server->acceptor.is_open()) return;
    // Out of file descriptors, for one.
    if (error) return AcceptLater(server);
    const bool is_full = server->connections.size() >= limit;
    socket.set_option(tcp::no_delay(true), error);
    auto connection = std::make_shared<Connection>(server, std::move(socket));
    if (is_full) {
      connection->Refuse();
    } else {
      connection->Wait();
    }
    Accept(server);
  });
}

absl::StatusOr<tcp::endpoint> EndpointOf(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  std::string address = listen.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  uint32_t port = 0;
  Error error;
  const auto parsed = net::ip::make_address(address, error);
  if (error || colon == std::string::npos ||
      !absl::SimpleAtoi(listen.substr(colon + 1), &port) || port > 0xffff) {
    return absl::InvalidArgumentError(absl::StrCat(
        listen, " is no IP address with a port, as 127.0.0.1:8080"));
  }
  return tcp::endpoint(parsed, static_cast<uint16_t>(port));
}

absl::Status Listen(const std::string& listen, tcp::acceptor* acceptor) {
  const auto endpoint = EndpointOf(listen);
  if (!endpoint.ok()) return endpoint.status();
  Error error;
  acceptor->open(endpoint->protocol(), error);
  if (!error)
    acceptor->set_option(net::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(*endpoint, error);
  if (!error) acceptor->listen(net::socket_base::max_listen_connections, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", listen, ": ", error.message()));
}

absl::Duration PauseAfterTurn(const HttpOptions& options) {
  const auto next = Try(options.turn);
  if (next.ok()) return std::max(*next - absl::Now(), kMinPause);
  options.turn_failed(next.status());
  return kPauseAfterFailure;
}

void TakeTurn(Server* server) {
  net::post(server->callers, [server, work = net::make_work_guard(server->io)] {
    const absl::Duration pause = PauseAfterTurn(server->options);
    net::post(server->io, [server, pause] {
      if (server->stopping) return;
      server->next_turn.expires_after(absl::ToChronoMilliseconds(pause));
      server->next_turn.async_wait([server](Error cancelled) {
        if (!cancelled) TakeTurn(server);
      });
    });
  });
}

void Stop(Server* server) {
  server->stopping = true;
  server->acceptor.close();
  server->accept_again.cancel();
  server->next_turn.cancel();
  for (Connection* const connection : server->connections) connection->Stop();
  if (server->connections.empty()) return;
  server->last_moment.expires_after(
      std::chrono::milliseconds(server->options.limits.request_milliseconds));
  server->last_moment.async_wait([server](Error cancelled) {
    if (cancelled) return;
    for (Connection* const connection : server->connections) connection->Cut();
  });
}

std::string UrlOf(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return absl::StrCat(
      "http://",
      endpoint.address().is_v6() ? absl::StrCat("[", address, "]") : address,
      ":", endpoint.port());
}

}  // namespace

absl::StatusOr<bool> IsLoopback(const std::string& listen) {
  const auto endpoint = EndpointOf(listen);
  if (!endpoint.ok()) return endpoint.status();
  return endpoint->address().is_loopback();
}

absl::Status ServeHttp(const HttpOptions& options, const HttpHandler& handler) {
  Server server(options, handler);
  absl::Status listens = Listen(options.listen, &server.acceptor);
  if (!listens.ok()) return listens;
  server.signals.async_wait([&server](Error error, int /*signal*/) {
    if (error) return;
    // From now on they do what they do by default.
    server.signals.clear();
    Stop(&server);
  });
  Accept(&server);
  if (options.turn != nullptr) TakeTurn(&server);
  options.ready(UrlOf(server.acceptor.local_endpoint()));
  server.io.run();
  server.callers.join();
  return absl::OkStatus();
}

}  // namespace pkictl
