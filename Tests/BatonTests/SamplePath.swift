/// The source tree.
private let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

/// The sample shop of the source tree.
let sampleShopPath = root + "/deploy/sample/shop.yaml"
/// The folder of this build's executables.
let executables = root + "/.build/debug"
