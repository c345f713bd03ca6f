import RelayDomain

// What a destination is told beside the sum.

extension OrderDetails {
    init(wire: Baton_V1_OrderDetails) throws(WireError) {
        self.init(
            attributes: try Attributes(wire: wire.attributes),
            parts: wire.hasParts ? try SumParts(wire: wire.parts) : nil,
            title: try .optional(wire.title, "details.title"),
            customer: try .optional(wire.customer, "details.customer"))
    }

    /// Nil where nothing is told: then no field is written.
    var wire: Baton_V1_OrderDetails? {
        guard self != .none else { return nil }
        return .with {
            $0.attributes = attributes.wire
            if let parts { $0.parts = parts.wire }
            $0.title = title?.text ?? ""
            $0.customer = customer?.text ?? ""
        }
    }
}

extension Attributes {
    init(wire: [Baton_V1_OrderDetails.Attribute]) throws(WireError) {
        var values: [AttributeName: AttributeValue] = [:]
        for attribute in wire {
            guard let name = AttributeName(attribute.name), let value = AttributeValue(attribute.value),
                values.updateValue(value, forKey: name) == nil
            else { throw .outOfBounds("attributes") }
        }
        guard let attributes = Attributes(values) else { throw .outOfBounds("attributes") }
        self = attributes
    }

    var wire: [Baton_V1_OrderDetails.Attribute] {
        sorted.map { name, value in
            .with {
                $0.name = name.text
                $0.value = value.text
            }
        }
    }
}

extension SumParts {
    init(wire: Baton_V1_SumParts) throws(WireError) {
        guard
            let parts = SumParts(
                tax: wire.hasTax ? wire.tax : nil, taxFree: wire.hasTaxFree ? wire.taxFree : nil,
                service: wire.hasService ? wire.service : nil, tip: wire.hasTip ? wire.tip : nil,
                instalments: wire.instalments == 0 ? nil : Int(wire.instalments))
        else { throw .outOfBounds("parts") }
        self = parts
    }

    var wire: Baton_V1_SumParts {
        .with {
            if let tax { $0.tax = tax }
            if let taxFree { $0.taxFree = taxFree }
            if let service { $0.service = service }
            if let tip { $0.tip = tip }
            $0.instalments = UInt32(instalments ?? 0)
        }
    }
}

extension BoundedText {
    /// Reads an empty text as nothing.
    static func optional(_ text: String, _ field: String) throws(WireError) -> BoundedText? {
        guard !text.isEmpty else { return nil }
        guard let read = BoundedText(text) else { throw .outOfBounds(field) }
        return read
    }
}
