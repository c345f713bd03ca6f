import RelayDomain

extension ShopText {
    /// A shop as an object of JSON, with the keys of a `shop.yaml`.
    struct Document: Encodable {
        let version: UInt64
        let shops: [Branch]
        let destinations: [Destination]
        let applications: [Application]
        let terminals: [Terminal]
        let pos: [POS]
        let scanRules: [Rule]

        struct Branch: Encodable { let id, name, currency, timeZone: String; let programs: [String] }
        struct Destination: Encodable { let id, kind: String }
        struct Application: Encodable { let id, issuer: String; let functions: [String]; let destination: String }
        struct Terminal: Encodable {
            let id: String
            let shop, pairedWith, sum: String?
            let at: [String: [String: String]]?
        }
        struct POS: Encodable { let id: String }
        struct Rule: Encodable { let symbology, length, prefix, application, operation: String }

        /// - Parameter version: of the registry.
        init(_ shop: Shop, version: UInt64) {
            self.version = version
            shops = shop.shops.map {
                Branch(
                    id: $0.id.text, name: $0.name, currency: $0.currency.text, timeZone: $0.timeZone.text,
                    programs: $0.programs.map(\.text))
            }
            destinations = shop.destinations.map { Destination(id: $0.id.text, kind: $0.kind.text) }
            applications = shop.applications.map { application in
                Application(
                    id: application.id.text, issuer: application.issuer.text,
                    functions: Operation.allCases.filter(application.functions.contains).map(\.rawValue),
                    destination: application.destination.text)
            }
            terminals = shop.terminals.map { terminal in
                let at = terminal.at.map { destination, attributes in
                    let values = attributes.values.map { ($0.key.text, $0.value.text) }
                    return (destination.text, Dictionary(uniqueKeysWithValues: values))
                }
                return Terminal(
                    id: terminal.id.text, shop: terminal.shop?.text, pairedWith: terminal.pairedWith?.text,
                    sum: terminal.sum?.rawValue, at: at.isEmpty ? nil : Dictionary(uniqueKeysWithValues: at))
            }
            pos = shop.pos.map { POS(id: $0.text) }
            scanRules = shop.scanRules.map { rule in
                Rule(
                    symbology: rule.symbology.rawValue,
                    length: rule.length.count == 1
                        ? "\(rule.length.lowerBound)" : "\(rule.length.lowerBound)-\(rule.length.upperBound)",
                    prefix: rule.prefix, application: rule.application.text, operation: rule.operation.rawValue)
            }
        }
    }
}
