import RelayDomain
import SwiftProtobuf

import struct Foundation.Data

extension Shop {
    init(wire: Baton_V1_Shop) throws(WireError) {
        self.init()
        for entry in wire.destinations {
            destinations.append(
                Destination(
                    id: try .init(wire: entry.id, "destinations.id"),
                    kind: try .init(wire: entry.kind, "destinations.kind")))
        }
        for entry in wire.applications {
            var functions: Set<Operation> = []
            for function in entry.functions { functions.insert(try Operation(wire: function)) }
            applications.append(
                Application(
                    id: try .init(wire: entry.id, "applications.id"),
                    issuer: try .init(wire: entry.issuer, "applications.issuer"), functions: functions,
                    destination: try .init(wire: entry.destination, "applications.destination")))
        }
        for entry in wire.terminals {
            terminals.append(
                Terminal(
                    id: try .init(wire: entry.id, "terminals.id"),
                    pairedWith: try .optional(entry.pairedWith, "terminals.pairedWith"),
                    shop: try .optional(entry.shop, "terminals.shop"),
                    sum: entry.sum.isEmpty ? nil : try word(entry.sum, "terminals.sum"),
                    at: try Terminal.at(wire: entry.at)))
        }
        for entry in wire.shops { shops.append(try Branch(wire: entry)) }
        for id in wire.pos { pos.append(try POSID(wire: id, "pos.id")) }
        for entry in wire.scanRules { scanRules.append(try ScanRule(wire: entry)) }
    }

    var wire: Baton_V1_Shop {
        .with {
            $0.destinations = destinations.map { entry in
                .with {
                    $0.id = entry.id.text
                    $0.kind = entry.kind.text
                }
            }
            $0.applications = applications.map { entry in
                .with {
                    $0.id = entry.id.text
                    $0.issuer = entry.issuer.text
                    $0.functions = Operation.allCases.filter(entry.functions.contains).map(\.wire)
                    $0.destination = entry.destination.text
                }
            }
            $0.terminals = terminals.map { entry in
                .with {
                    $0.id = entry.id.text
                    $0.pairedWith = entry.pairedWith?.text ?? ""
                    $0.shop = entry.shop?.text ?? ""
                    $0.sum = entry.sum?.rawValue ?? ""
                    $0.at = entry.at.sorted { $0.key < $1.key }.map { destination, attributes in
                        .with {
                            $0.destination = destination.text
                            $0.attributes = attributes.wire
                        }
                    }
                }
            }
            $0.shops = shops.map(\.wire)
            $0.pos = pos.map(\.text)
            $0.scanRules = scanRules.map(\.wire)
        }
    }
}

extension Shop.Terminal {
    fileprivate static func at(
        wire: [Baton_V1_ShopTerminal.At]
    ) throws(WireError) -> [DestinationID: Attributes] {
        var at: [DestinationID: Attributes] = [:]
        for entry in wire {
            let destination = try DestinationID(wire: entry.destination, "terminals.at.destination")
            guard at.updateValue(try Attributes(wire: entry.attributes), forKey: destination) == nil else {
                throw .outOfBounds("terminals.at")
            }
        }
        return at
    }
}

extension Shop.Branch {
    init(wire: Baton_V1_ShopBranch) throws(WireError) {
        guard let currency = CurrencyCode(wire.currency) else { throw .outOfBounds("shops.currency") }
        guard let timeZone = TimeZoneName(wire.timeZone) else { throw .outOfBounds("shops.timeZone") }
        var programs: [ProgramID] = []
        for program in wire.programs { programs.append(try .init(wire: program, "shops.programs")) }
        self.init(
            id: try .init(wire: wire.id, "shops.id"), name: wire.name, currency: currency, timeZone: timeZone,
            programs: programs)
    }

    var wire: Baton_V1_ShopBranch {
        .with {
            $0.id = id.text
            $0.name = name
            $0.currency = currency.text
            $0.timeZone = timeZone.text
            $0.programs = programs.map(\.text)
        }
    }
}

extension ScanRule {
    init(wire: Baton_V1_ScanRule) throws(WireError) {
        guard wire.shortest >= 1, wire.shortest <= wire.longest, wire.longest <= 4_096 else {
            throw .outOfBounds("scan_rules.length")
        }
        self.init(
            symbology: try word(wire.symbology, "scan_rules.symbology"),
            length: Int(wire.shortest)...Int(wire.longest), prefix: wire.prefix,
            application: try .init(wire: wire.application, "scan_rules.application"),
            operation: try Operation(wire: wire.operation))
    }

    var wire: Baton_V1_ScanRule {
        .with {
            $0.symbology = symbology.rawValue
            $0.shortest = UInt32(length.lowerBound)
            $0.longest = UInt32(length.upperBound)
            $0.prefix = prefix
            $0.application = application.text
            $0.operation = operation.wire
        }
    }
}

extension Shop {
    /// The shop as the registry's database holds it.
    public func stored() throws -> Data { try wire.serializedData() }

    /// - Throws: ``WireError``, or swift-protobuf's error, if the bytes cannot be a shop.
    public init(stored: Data) throws { try self.init(wire: Baton_V1_Shop(serializedBytes: stored)) }
}
