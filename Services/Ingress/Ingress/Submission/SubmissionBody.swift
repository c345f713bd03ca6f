import RelayDomain

/// The JSON of a submission, before anything is known about what it means. The one place that reads it.
///
/// Unknown fields are ignored, and `null` is the same as absent. No name stands twice.
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

    /// The names of all fields.
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
        var json = JSONScanner(bytes, fields: Self.fields)
        guard json.open() else {
            try json.skip()
            throw Refusing(.malformed, "The body is no JSON object. Send one with the fields of the API.")
        }
        while let name = try json.member() {
            switch name {
            case "terminal": terminal = try json.text(name)
            case "application": application = try json.text(name)
            case "operation": operation = try json.text(name)
            case "code": code = try json.text(name)
            case "member": member = try json.text(name)
            case "amount": amount = try json.amount()
            case "codeExpiresAt": codeExpiresAt = try json.text(name)
            default: try json.skip()
            }
        }
        try json.end()
    }
}

extension JSONScanner {
    fileprivate mutating func text(_ field: String) throws(Refusing) -> String? {
        if try takeNull() { return nil }
        guard let text = try string() else { throw .unfit(field, "a text") }
        return text
    }

    fileprivate mutating func amount() throws(Refusing) -> SubmissionBody.AmountBody? {
        if try takeNull() { return nil }
        guard open() else { throw .unfit("amount", "an object") }
        var amount = SubmissionBody.AmountBody()
        while let name = try member() {
            switch name {
            case "minorUnits": amount.minorUnits = try wholeNumber("amount.minorUnits")
            case "currency": amount.currency = try text("amount.currency")
            case "program": amount.program = try text("amount.program")
            default: try skip()
            }
        }
        return amount
    }

    private mutating func wholeNumber(_ field: String) throws(Refusing) -> Int64? {
        if try takeNull() { return nil }
        // 1250 and 1.25e3 are the same number.
        guard let text = try number(), let number = Int64(text) ?? Double(text).flatMap(Int64.init(exactly:)) else {
            throw .unfit(field, "a whole number")
        }
        return number
    }
}

extension Refusing {
    fileprivate static func unfit(_ field: String, _ expected: String) -> Refusing {
        Refusing(.malformed, "\(field): \(expected) is expected.")
    }
}
