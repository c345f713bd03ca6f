import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOPosix
import RelayDomain

/// The POS program's own connection to the destination.
///
/// It authorizes once. Silence, and every answer without a decision, leads to inquiries; if these give no result, to a
/// reversal.
struct DestinationLine: Sendable {
    static let answerTimeout: TimeAmount = .seconds(10)
    static let inquiryTimeout: TimeAmount = .seconds(3)
    static let pause: Duration = .seconds(1)
    /// How often it inquires after silence, and while the customer is being asked.
    static let inquiriesMax = 3, inquiriesWhilePendingMax = 30
    static let reversalsMax = 5

    /// A client that reports at once that a connection is refused: then nothing was sent.
    static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = inquiryTimeout
        return configuration
    }

    let client: HTTPClient
    let destination: String

    /// The meaning of an answer; an unexpected one decides nothing.
    enum Word: Equatable {
        case end(POSSendAnswer), pendingCustomer, confirmed, refused, nothing, notSent
    }

    /// Asks until the result is known, or until it remains uncertain; at most about a minute and a half.
    func request(_ request: POSLineRequest) async -> POSLineEnd {
        var inquiriesLeft = Self.inquiriesMax
        switch await authorize(request) {
        case .end(let answer): return .answered(answer)
        case .notSent: return .answered(.declined(reason: "notSent", text: nil))
        case .pendingCustomer: inquiriesLeft = Self.inquiriesWhilePendingMax
        case .confirmed, .refused, .nothing: break
        }
        while inquiriesLeft > 0 {
            inquiriesLeft -= 1
            try? await Task.sleep(for: Self.pause)
            if case .end(let answer) = await inquire(request) { return .answered(answer) }
        }
        for _ in 0..<Self.reversalsMax {
            switch await reverse(request) {
            case .confirmed: return .answered(.declined(reason: "reversedAfterSilence", text: nil))
            case .refused: return .inDoubt
            case .end, .pendingCustomer, .nothing, .notSent: try? await Task.sleep(for: Self.pause)
            }
        }
        return .inDoubt
    }

    private struct Order: Encodable {
        let transaction: String
        let reference: String
        let operation: String
        let code: String?
        let member: String?
        let amount: AmountBody
    }

    private struct Reversal: Encodable {
        let transaction: String
        let reference: String
    }

    private func authorize(_ request: POSLineRequest) async -> Word {
        let isPayment = request.operation == .payment
        let order = Order(
            transaction: request.transaction.text, reference: request.reference.text,
            operation: request.operation.rawValue, code: isPayment ? request.text : nil,
            member: isPayment ? nil : request.text, amount: AmountBody(request.amount))
        return await word("/authorizations", order, within: Self.answerTimeout)
    }

    private func inquire(_ request: POSLineRequest) async -> Word {
        await word("/authorizations/\(request.transaction)", nil as Order?, within: Self.inquiryTimeout)
    }

    private func reverse(_ request: POSLineRequest) async -> Word {
        let reversal = Reversal(transaction: request.transaction.text, reference: request.reference.text)
        return await word("/reversals", reversal, within: Self.inquiryTimeout)
    }

    private func word(_ path: String, _ body: (some Encodable)?, within limit: TimeAmount) async -> Word {
        do {
            var request = HTTPClientRequest(url: destination + path)
            if let body {
                request.method = .POST
                request.headers.add(name: "content-type", value: "application/json")
                request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
            }
            let response = try await client.execute(request, timeout: limit)
            let bytes = try await response.body.collect(upTo: 16_384)
            guard response.status == .ok else { return .nothing }
            return Word(bytes.readableBytesView)
        } catch let error where Self.wasNeverConnected(error) {
            return .notSent
        } catch {
            return .nothing
        }
    }

    /// Whether the error proves that there was no connection, so that nothing can have been sent.
    private static func wasNeverConnected(_ error: any Error) -> Bool {
        switch error {
        case is NIOConnectionError: true
        case let error as IOError: error.errnoCode == ECONNREFUSED
        case let error as HTTPClientError: error == .connectTimeout
        default: false
        }
    }
}

extension DestinationLine.Word {
    /// What comes with its word may be anything: a decline is a decline, and an approval an approval.
    private struct Answer: Decodable {
        let answer: String
        let approval: ApprovalBody?
        let reason: String?
        let text: String?

        private enum Field: String, CodingKey { case answer, approval, reason, text }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Field.self)
            answer = try fields.decode(String.self, forKey: .answer)
            approval = try? fields.decode(ApprovalBody.self, forKey: .approval)
            reason = try? fields.decode(String.self, forKey: .reason)
            text = try? fields.decode(String.self, forKey: .text)
        }
    }

    /// - Parameter body: of an answer with status 200.
    init(_ body: some Sequence<UInt8>) {
        guard let said = try? StrictJSON.decode(Answer.self, from: body) else {
            self = .nothing
            return
        }
        self =
            switch said.answer {
            case "approved": .end(.approved(said.approval?.domain ?? Approval()))
            case "declined": .end(.declined(reason: said.reason ?? "declined", text: said.text))
            case "reversed": .end(.declined(reason: "reversedAfterSilence", text: nil))
            case "pendingCustomer": .pendingCustomer
            case "confirmed": .confirmed
            case "refused": .refused
            default: .nothing
            }
    }
}
