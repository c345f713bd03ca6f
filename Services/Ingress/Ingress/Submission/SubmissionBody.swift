import JSONText
import RelayDomain

/// The JSON of a submission, before its meaning is checked. The only place that reads it.
///
/// Unknown fields are ignored, and `null` is the same as absent. No name occurs twice.
struct SubmissionBody {
    private(set) var terminal: String?
    private(set) var application: String?
    private(set) var operation: String?
    private(set) var code: String?
    private(set) var member: String?
    private(set) var amount: AmountBody?
    private(set) var codeExpiresAt: String?

    struct AmountBody {
        fileprivate(set) var minorUnits: Int64?
        fileprivate(set) var currency: String?
        fileprivate(set) var program: String?
    }

    /// The names of all fields: a refusal may name these. Other names may be anything, even a payment code.
    private static let fields: Set<String> = [
        "terminal", "application", "operation", "code", "member", "amount", "minorUnits", "currency", "program",
        "codeExpiresAt",
    ]

    /// The most bytes of a request's body.
    static let bytesMax = 16_384

    /// - Throws: ``Refusing`` with `malformed`, naming the field at fault and never its value.
    init(json bytes: [UInt8]) throws(Refusing) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Refusing(.malformed, "The body is not UTF-8. Send a JSON object in UTF-8.")
        }
        var json = JSONReader(bytes, within: .submission)
        do {
            try read(&json)
        } catch let failure as JSONReader.Failure {
            throw Refusing(failure, repeatedName: json.repeatedName.flatMap { Self.fields.contains($0) ? $0 : nil })
        } catch let refusing as Refusing {
            throw refusing
        } catch {
            throw Refusing(.internalError, "The body could not be read. Tell the relay's operator.")
        }
    }

    /// - Throws: ``Refusing`` for a field of the wrong type, `JSONReader.Failure` for other invalid JSON.
    private mutating func read(_ json: inout JSONReader) throws {
        guard json.open() else {
            _ = try json.value()
            throw Refusing(.malformed, "The body is not a JSON object. Send one with the fields of the API.")
        }
        while let name = try json.field() {
            switch name {
            case "terminal": terminal = try json.text(name)
            case "application": application = try json.text(name)
            case "operation": operation = try json.text(name)
            case "code": code = try json.text(name)
            case "member": member = try json.text(name)
            case "amount": amount = try json.amount()
            case "codeExpiresAt": codeExpiresAt = try json.text(name)
            default: _ = try json.value()
            }
        }
        try json.end()
    }
}

extension JSONLimits {
    /// Of a phone's request.
    fileprivate static let submission = JSONLimits(depthMax: 32, fieldsMax: 64, elementsMax: .max)
}

extension JSONReader {
    fileprivate mutating func text(_ field: String) throws -> String? {
        if try takeNull() { return nil }
        guard let text = try string() else { throw Refusing.unfit(field, "a text") }
        return text
    }

    fileprivate mutating func amount() throws -> SubmissionBody.AmountBody? {
        if try takeNull() { return nil }
        guard open() else { throw Refusing.unfit("amount", "an object") }
        var amount = SubmissionBody.AmountBody()
        while let name = try field() {
            switch name {
            case "minorUnits": amount.minorUnits = try wholeNumber("amount.minorUnits")
            case "currency": amount.currency = try text("amount.currency")
            case "program": amount.program = try text("amount.program")
            default: _ = try value()
            }
        }
        return amount
    }

    private mutating func wholeNumber(_ field: String) throws -> Int64? {
        if try takeNull() { return nil }
        // 1250 and 1.25e3 are the same number.
        guard let (text, _) = try number(), let number = Int64(text) ?? Double(text).flatMap(Int64.init(exactly:))
        else {
            throw Refusing.unfit(field, "a whole number")
        }
        return number
    }
}

extension Refusing {
    /// - Parameter repeatedName: the field that occurs twice, if it is one of the API.
    fileprivate init(_ failure: JSONReader.Failure, repeatedName: String?) {
        let limits = JSONLimits.submission
        let detail =
            switch failure {
            case .notJSON: "The body is not JSON. Send one JSON object."
            case .nameTwice: "\(repeatedName ?? "A name") occurs twice in an object. Send each field once."
            case .tooManyElements:
                "An object has more than \(limits.fieldsMax) fields. Send those of the API."
            case .tooDeep: "The body nests more than \(limits.depthMax) levels deep. Send the fields of the API."
            }
        self.init(.malformed, detail)
    }

    fileprivate static func unfit(_ field: String, _ expected: String) -> Refusing {
        Refusing(.malformed, "\(field): \(expected) is expected.")
    }
}
