/// The sample shop of the source tree.
let sampleShopPath = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/deploy/sample/shop.yaml"
