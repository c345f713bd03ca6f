import JSONText
import RelayDomain

// How a welcome is read and written.

extension Welcome {
    init(_ fields: FieldReader) throws(DeviceProtocolError) {
        let most = JSONLimits.frame.elementsMax
        self.init(
            connection: try fields.need("connection", .connection), time: try fields.need("time", .time),
            counter: CounterFacts(
                terminal: try fields.need("terminal", .identifier()), pos: try fields.may("pos", .identifier()),
                shop: try fields.may("shop", .branch),
                currencies: try fields.need("currencies", .list(of: .currency, most: most)),
                programs: try fields.need("programs", .list(of: FieldType<ProgramID>.identifier(), most: most)),
                amountRequired: try fields.need("amountRequired", .bool)),
            tag: try fields.need("tag", .text(1...Self.tagBytesMax)))
    }

    var json: JSONObject {
        JSONObject([
            "connection": .object(
                JSONObject([
                    "term": .integer(Int64(clamping: connection.term)),
                    "number": .integer(Int64(clamping: connection.number)),
                ])),
            "time": time.json,
            "terminal": .string(counter.terminal.text),
            "pos": counter.pos.map { .string($0.text) },
            "tag": .string(tag),
            "shop": counter.shop?.json,
            "currencies": .array(counter.currencies.map { .string($0.text) }),
            "programs": .array(counter.programs.map { .string($0.text) }),
            "amountRequired": .bool(counter.amountRequired),
        ])
    }
}

extension FieldType<CurrencyCode> {
    static var currency: FieldType { .string("three capital letters (ISO 4217)") { CurrencyCode($0) } }
}

extension FieldType<TimeZoneName> {
    static var timeZone: FieldType { .string("a name such as Europe/Berlin") { TimeZoneName($0) } }
}

extension FieldType<Shop.Branch> {
    /// The programs of a welcome are beside its shop.
    static var branch: FieldType {
        .object("an object of id, name, currency and timeZone") { (fields) throws(DeviceProtocolError) in
            Shop.Branch(
                id: try fields.need("id", .identifier()), name: try fields.need("name", .text(1...512)),
                currency: try fields.need("currency", .currency), timeZone: try fields.need("timeZone", .timeZone))
        }
    }
}

extension Shop.Branch {
    var json: JSONValue {
        .object(
            JSONObject([
                "id": .string(id.text), "name": .string(name), "currency": .string(currency.text),
                "timeZone": .string(timeZone.text),
            ]))
    }
}
