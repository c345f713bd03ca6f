import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import RelayDomain

/// A phone as the relay sees it: submits over HTTP, and repeats lost requests under the same key.
struct Phone: Sendable {
    /// The ingress, without a slash at its end.
    let url: String

    /// What came back.
    enum Answer: Sendable {
        case report(TransactionReport)
        case refused(PhoneProblem)
    }

    /// The longest answer that is read, in bytes.
    private static let answerMax = 1_048_576
    /// How long the network may take beyond what the relay was asked to wait.
    private static let grace = Duration.seconds(5)
    /// Between repeats where the relay names no other pause.
    private static let pause = Duration.milliseconds(250)
    /// Follows no redirect: a code is sent only to the address it was meant for. Lives as long as the process.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Submits, and waits for the outcome. A lost connection, and a refusal that says `sameKey`, lead to the same
    /// request under the same key while there is time; an answer without outcome, as from an ingress that is ending, to
    /// asking for the status.
    /// - Throws: ``OperatorError/http(url:reason:)`` if there was no answer and nothing was sent,
    ///   ``OperatorError/perhapsSubmitted(_:key:)`` if the relay may have the request, whatever it answered later.
    func submit(_ request: SubmissionRequest, within wait: Duration) async throws -> Answer {
        let deadline = ContinuousClock.now + wait
        let body = try request.json
        var mayBeThere = false
        while true {
            let left = max(deadline - .now, .zero)
            do {
                let answer = try await send(body, key: request.key, wait: left)
                guard case .refused(let problem) = answer else { return await followed(answer, until: deadline) }
                mayBeThere = mayBeThere || problem.mayHaveBeenSent
                guard let pause = problem.pauseBeforeRepeat, .now + pause < deadline else {
                    guard mayBeThere else { return answer }
                    throw OperatorError.perhapsSubmitted("\(problem)", key: request.key.text)
                }
                try await Task.sleep(for: pause)
            } catch let trouble as PhoneError {
                mayBeThere = mayBeThere || trouble.mayHaveBeenSent
                guard .now + Self.pause < deadline else {
                    guard mayBeThere else { throw OperatorError.http(url: url, reason: trouble.reason) }
                    throw OperatorError.perhapsSubmitted("\(url): \(trouble.reason)", key: request.key.text)
                }
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Asks for the status of a transaction without outcome while there is time. After an error it returns the answer
    /// that it has.
    private func followed(_ answer: Answer, until deadline: ContinuousClock.Instant) async -> Answer {
        var last = answer
        while case .report(let report) = last, report.outcome == nil, .now + Self.pause < deadline {
            do {
                try await Task.sleep(for: Self.pause)
                let next = try await transaction(report.id, within: max(.zero, deadline - .now))
                if case .report = next { last = next }
            } catch is CancellationError {
                return last
            } catch {}
        }
        return last
    }

    /// Asks for a transaction's status.
    func transaction(_ id: String, within wait: Duration = .zero) async throws -> Answer {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let segment = id.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
        var request = HTTPClientRequest(url: "\(url)/v1/transactions/\(segment)")
        request.headers.add(name: "Prefer", value: "wait=\(Self.seconds(wait))")
        do {
            return try await execute(request, timeout: wait + Self.grace)
        } catch let trouble as PhoneError {
            throw OperatorError.http(url: url, reason: trouble.reason)
        }
    }

    private func send(_ body: Data, key: SubmissionKeyText, wait: Duration) async throws -> Answer {
        var request = HTTPClientRequest(url: "\(url)/v1/transactions")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Idempotency-Key", value: key.text)
        request.headers.add(name: "Prefer", value: "wait=\(min(60, Self.seconds(wait)))")
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await execute(request, timeout: wait + Self.grace)
    }

    /// A span in whole seconds, rounded up.
    private static func seconds(_ span: Duration) -> Int64 {
        let (seconds, rest) = span.components
        return rest > 0 ? seconds + 1 : seconds
    }

    /// - Throws: ``PhoneError``, `CancellationError`.
    private func execute(_ request: HTTPClientRequest, timeout: Duration) async throws -> Answer {
        do {
            let response = try await Self.client.execute(
                request, timeout: .nanoseconds(timeout.milliseconds * 1_000_000))
            let body = Data(try await response.body.collect(upTo: Self.answerMax).readableBytesView)
            if (200..<300).contains(response.status.code) {
                return .report(try StrictJSON.decode(TransactionReport.self, from: body))
            }
            return .refused(
                (try? StrictJSON.decode(PhoneProblem.self, from: body))
                    ?? PhoneProblem(status: Int(response.status.code)))
        } catch let error as DecodingError {
            throw PhoneError(
                reason: "its answer is not a relay's (\(error.brief))", mayHaveBeenSent: true)
        } catch is JSONReader.Failure {
            throw PhoneError(reason: "its answer is not a relay's (no JSON)", mayHaveBeenSent: true)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw PhoneError(error)
        }
    }
}

extension DecodingError {
    fileprivate var brief: String {
        switch self {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.map(\.stringValue).joined(separator: ".") + " does not fit"
        @unknown default: "it does not fit"
        }
    }
}
