import RelayDomain

/// One caller of each role, unproven, for tests that need no more of it.
extension Caller {
    public static let ingress = Caller(.ingress, .said(name: "ingress"))
    public static let terminalGateway = Caller(.terminalGateway, .said(name: "terminal-gateway"))
    public static let posGateway = Caller(.posGateway, .said(name: "pos-gateway"))
    public static let adapter = Caller(.destinationAdapter, .said(name: "adapter"))
    public static let `operator` = Caller(.operator, .said(name: "operator"))
}
