import CPNG

/// A picture of 8-bit gray, and its PNG file (ISO/IEC 15948).
public struct GrayPicture: Hashable, Sendable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// Row by row from the top, `width * height` bytes; 0 is black.
    public let pixels: [UInt8]

    /// The most pixels that are read or made: a file of a few bytes can declare any number.
    public static let pixelsMax = 16_000_000
    /// The most bytes of a file that are read.
    public static let fileBytesMax = 32_000_000

    /// - Returns: nil unless there are `width * height` pixels, at least one and at most ``pixelsMax``.
    public init?(width: Int, height: Int, pixels: [UInt8]) {
        guard (1...Self.pixelsMax).contains(width), (1...Self.pixelsMax / width).contains(height),
            pixels.count == width * height
        else { return nil }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Reads a PNG file of any colour type; transparency is laid on white.
    /// - Throws: ``CodePictureError``.
    public init(png: [UInt8]) throws(CodePictureError) {
        guard png.count <= Self.fileBytesMax else { throw .fileTooLarge(bytes: png.count) }
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        // The library keeps a pointer into the file until the pixels are read, so both happen in one scope.
        let result: Result<[UInt8], CodePictureError> = png.withUnsafeBytes { file in
            guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else {
                return .failure(.notAPicture(reason: image.messageText))
            }
            let (width, height) = (Int(image.width), Int(image.height))
            guard width > 0, height > 0, width <= Self.pixelsMax, height <= Self.pixelsMax / width else {
                return .failure(.tooManyPixels(width: width, height: height))
            }
            image.format = png_uint_32(PNG_FORMAT_GRAY)
            var pixels = [UInt8](repeating: 255, count: width * height)
            guard png_image_finish_read(&image, nil, &pixels, png_int_32(width), nil) != 0 else {
                return .failure(.notAPicture(reason: image.messageText))
            }
            return .success(pixels)
        }
        pixels = try result.get()
        (width, height) = (Int(image.width), Int(image.height))
    }

    /// The picture as a PNG file.
    /// - Throws: ``CodePictureError/libraryFailed(_:)``.
    public func png() throws(CodePictureError) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = png_uint_32(PNG_FORMAT_GRAY)
        defer { png_image_free(&image) }
        // No PNG of gray pixels is larger: one filter byte a row, five bytes per 32 KiB, and the headers.
        var size = png_alloc_size_t(pixels.count + height + pixels.count / 3_000 + 4_096)
        var file = [UInt8](repeating: 0, count: Int(size))
        guard png_image_write_to_memory(&image, &file, &size, 0, pixels, png_int_32(width), nil) != 0 else {
            throw .libraryFailed("libpng")
        }
        return Array(file.prefix(Int(size)))
    }

    /// The same picture with a white margin on all sides; nil if that has too many pixels.
    func withMargin(_ margin: Int) -> GrayPicture? {
        let (wide, high) = (width + 2 * margin, height + 2 * margin)
        guard high <= Self.pixelsMax / wide else { return nil }
        var pixels = [UInt8](repeating: 255, count: wide * high)
        for row in 0..<height {
            let start = (row + margin) * wide + margin
            pixels.replaceSubrange(start..<start + width, with: self.pixels[row * width..<(row + 1) * width])
        }
        return GrayPicture(width: wide, height: high, pixels: pixels)
    }

    /// Black for white.
    public var inverted: GrayPicture {
        GrayPicture(width: width, height: height, inverting: pixels)
    }

    private init(width: Int, height: Int, inverting pixels: [UInt8]) {
        self.width = width
        self.height = height
        self.pixels = pixels.map { 255 - $0 }
    }
}

extension png_image {
    /// The library's error message.
    fileprivate var messageText: String {
        withUnsafeBytes(of: message) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
