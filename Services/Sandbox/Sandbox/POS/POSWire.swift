import Foundation
import JSONText
import NIOCore
import RelayDomain

/// Translates between the lines of the driver protocol and their meaning.
enum POSWire {
    /// A command's line, before its fields are checked.
    private struct Body: Decodable {
        let id: String
        let command: Result<POSCommand, FieldProblem>

        private enum Key: String, CodingKey {
            case id, `do`, application, window, opening, text, mark, amount, waitMilliseconds
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            id = try fields.decode(String.self, forKey: .id)
            guard (1...64).contains(id.utf8.count) else { throw POSRefusal.badLine }
            do throws(FieldProblem) {
                command = .success(try Self.command(fields))
            } catch {
                command = .failure(error)
            }
        }

        private static func command(_ fields: KeyedDecodingContainer<Key>) throws(FieldProblem) -> POSCommand {
            func text(_ key: Key) throws(FieldProblem) -> String {
                guard let text = try? fields.decode(String.self, forKey: key) else {
                    throw FieldProblem(field: key.rawValue)
                }
                return text
            }
            func mark() throws(FieldProblem) -> String {
                guard let mark = LedgerTransactionID(try text(.mark)) else { throw FieldProblem(field: "mark") }
                return mark.text
            }
            func opening() throws(FieldProblem) -> POSOpening {
                POSOpening(window: try text(.window), serial: try text(.opening))
            }
            func sum() throws(FieldProblem) -> Amount? {
                do {
                    return try fields.decodeIfPresent(AmountBody.self, forKey: .amount)?.domain("amount")
                } catch {
                    throw FieldProblem(field: "amount")
                }
            }
            switch try text(.do) {
            case "hello": return .hello
            case "locate": return .locate(application: try text(.application))
            case "activate": return .activate(window: try text(.window))
            case "enter": return .enter(try opening(), mark: try mark(), text: try text(.text))
            case "look": return .look(try opening())
            case "send": return .send(try opening(), mark: try mark(), sum: try sum())
            case "confirm":
                guard let wait = try? fields.decodeIfPresent(Int.self, forKey: .waitMilliseconds) ?? 10_000,
                    (0...30_000).contains(wait)
                else { throw FieldProblem(field: "waitMilliseconds") }
                return .confirm(mark: try mark(), wait: .milliseconds(wait))
            case "clear": return .clear(try opening())
            default: throw FieldProblem(field: "do")
            }
        }
    }

    /// Which field is invalid.
    struct FieldProblem: Error, Equatable {
        let field: String
    }

    /// - Returns: nil if the line is not a JSON object with a valid `id`.
    static func read(_ line: ByteBuffer) -> (id: String, command: Result<POSCommand, FieldProblem>)? {
        (try? StrictJSON.decode(Body.self, from: line.readableBytesView)).map { ($0.id, $0.command) }
    }

    static func line(_ reply: POSReply, id: String) throws -> ByteBuffer {
        try line(ReplyBody(id: id, reply))
    }

    static func line(_ refusal: POSRefusal, id: String?, field: String? = nil) throws -> ByteBuffer {
        let text = field.map { "\($0): \(refusal.sentence)" } ?? refusal.sentence
        return try line(RefusalBody(id: id, refused: refusal.rawValue, text: text))
    }

    private static func line(_ body: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return ByteBuffer(bytes: try encoder.encode(body) + [UInt8(ascii: "\n")])
    }

    private struct RefusalBody: Encodable {
        let id: String?
        let ok = false
        let refused: String
        let text: String
    }

    private struct ReplyBody: Encodable {
        struct Sale: Encodable {
            let number: String
            let amount: AmountBody
        }

        struct Answer: Encodable {
            let kind: String
            var approval: ApprovalBody?
            var reason: String?
            var text: String?
        }

        let id: String
        let ok = true
        let window: String?
        let opening: String?
        let state: String?
        let operation: String?
        let textMax: Int?
        let sale: Sale?
        let text: String?
        let receipt: String?
        let answer: Answer?

        init(id: String, _ reply: POSReply) {
            self.id = id
            window = reply.window
            opening = reply.opening
            state = reply.state?.rawValue
            operation = reply.operation?.rawValue
            textMax = reply.textMax
            sale = reply.sale.map { Sale(number: $0.number, amount: AmountBody($0.amount)) }
            text = reply.text
            receipt = reply.receipt
            switch reply.answer {
            case .approved(let approval): answer = Answer(kind: "approved", approval: ApprovalBody(approval))
            case .declined(let reason, let text): answer = Answer(kind: "declined", reason: reason, text: text)
            case nil: answer = nil
            }
        }
    }
}
