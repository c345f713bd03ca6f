import RelayDomain

// How the domain's values are read from JSON.

extension FieldType {
    static func identifier<Kind>() -> FieldType where Value == Identifier<Kind> {
        .string("1 to 64 of A-Z a-z 0-9 . _ -") { Identifier<Kind>($0) }
    }
}

extension FieldType<DisplayText> {
    static var displayText: FieldType { .string("a text to be shown") { DisplayText(cleaning: $0) } }
}

extension FieldType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a closed list of words.
    static var word: FieldType {
        .string("one of " + Value.allCases.map(\.rawValue).joined(separator: ", ")) { Value(rawValue: $0) }
    }

    /// One of a list of words that grows. An unknown word of a later version is read as `later`.
    static func word(orUnknown later: Value) -> FieldType {
        .string("a word") { Value(rawValue: $0) ?? later }
    }
}

extension FieldType<Bool> {
    static var bool: FieldType {
        FieldType("true or false") { (json, path) throws(DeviceProtocolError) in
            guard case .bool(let value) = json else { throw .unfit(field: path, expected: "true or false") }
            return value
        }
    }
}

extension FieldType<String> {
    /// Text of bounded length, counted in UTF-8 bytes.
    static func text(_ bytes: ClosedRange<Int>) -> FieldType {
        .string("text of \(bytes.lowerBound) to \(bytes.upperBound) bytes") {
            bytes.contains($0.utf8.count) ? $0 : nil
        }
    }
}

extension FieldType<[UInt8]> {
    /// Bytes as base64url text.
    static func bytes(_ count: ClosedRange<Int>) -> FieldType {
        .string("\(count.lowerBound) to \(count.upperBound) bytes as base64url without padding") { text in
            guard text.utf8.count <= (count.upperBound * 4 + 2) / 3, let bytes = Base64URL.bytes(text) else {
                return nil
            }
            return count.contains(bytes.count) ? bytes : nil
        }
    }
}

extension FieldType<UInt64> {
    static func count(_ range: ClosedRange<Int64>) -> FieldType {
        .integer("a whole number from \(range.lowerBound) to \(range.upperBound)") {
            range.contains($0) ? UInt64($0) : nil
        }
    }
}

extension FieldType<Instant> {
    static var time: FieldType {
        .integer("milliseconds since 1970-01-01T00:00:00Z") {
            (0...DeviceLimits.wholeNumberMax).contains($0) ? Instant(milliseconds: $0) : nil
        }
    }
}

extension FieldType<Duration> {
    static var span: FieldType {
        .integer("milliseconds, at most a day") { (0...86_400_000).contains($0) ? .milliseconds($0) : nil }
    }
}

extension FieldType<CommandID> {
    static var command: FieldType { .string("the command's ID as it came") { CommandID($0) } }
}

extension FieldType<TransactionID> {
    static var transaction: FieldType { .string("a transaction ID") { TransactionID($0) } }
}

extension SealedInformation {
    /// Reads `sealed` and `readerKey`.
    init(_ fields: FieldReader) throws(DeviceProtocolError) {
        let sealed = try fields.need("sealed", .sealed)
        let key = try fields.may("readerKey", FieldType<ReaderKeyID>.identifier())
        self = key.flatMap { SealedInformation(sealed.bytes, readerKey: $0) } ?? sealed
    }
}

extension FieldType<SealedInformation> {
    static var sealed: FieldType {
        .string("1 to \(SealedInformation.most) bytes as base64url without padding") { text in
            guard text.utf8.count <= (SealedInformation.most * 4 + 2) / 3 else { return nil }
            return Base64URL.bytes(text).flatMap { SealedInformation($0) }
        }
    }
}

extension FieldType<Amount> {
    static var amount: FieldType {
        .object("an object of minorUnits and either currency or program") { (fields) throws(DeviceProtocolError) in
            let minorUnits = try fields.need(
                "minorUnits",
                .integer("a whole number from 0 to \(Amount.most)") { (0...Amount.most).contains($0) ? $0 : nil })
            let currency = try fields.may(
                "currency", .string("three capital letters (ISO 4217)") { CurrencyCode($0) })
            let program = try fields.may("program", FieldType<ProgramID>.identifier())
            let unit: Amount.Unit
            switch (currency, program) {
            case (let currency?, nil): unit = .currency(currency)
            case (nil, let program?): unit = .points(program)
            case (nil, nil), (.some, .some): throw fields.contradiction("currency", "either currency or program")
            }
            guard let amount = Amount(minorUnits: minorUnits, unit: unit) else {
                throw fields.contradiction("minorUnits", "a whole number from 0 to \(Amount.most)")
            }
            return amount
        }
    }
}

extension Amount {
    /// The type *amount* of `docs/devices.md`.
    public var json: JSONValue {
        switch unit {
        case .currency(let code):
            .object(JSONObject(["minorUnits": .integer(minorUnits), "currency": .string(code.text)]))
        case .points(let program):
            .object(JSONObject(["minorUnits": .integer(minorUnits), "program": .string(program.text)]))
        }
    }
}

extension Instant {
    var json: JSONValue { .integer(milliseconds) }
}

extension SealedInformation {
    var json: JSONValue { .string(Base64URL.text(bytes)) }
    var keyJSON: JSONValue? { readerKey.map { .string($0.text) } }
}

extension Amount {
    /// Reads `{"minorUnits": 1250, "currency": "EUR"}` or `{"minorUnits": 100, "program": "stars"}`.
    /// - Throws: ``DeviceProtocolError`` that names the field.
    public init(_ json: JSONValue) throws(DeviceProtocolError) {
        self = try FieldType<Amount>.amount.read(json, "amount")
    }
}
