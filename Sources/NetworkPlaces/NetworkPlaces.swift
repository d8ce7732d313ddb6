// Answers where the networks of addresses are.

public import FieldRows

/// What some files, or a list, say of networks.
public final class NetworkPlaces: Sendable {
    private let files: [PlaceFile]
    private let list: [(range: AddressRange, place: Place)]

    /// What the files at `paths` say; of what several know the first that does counts.
    ///
    /// Throws ``PlaceFileError`` for a file that cannot be used.
    public init(paths: [String]) throws(PlaceFileError) {
        var files: [PlaceFile] = []
        for path in paths { files.append(try PlaceFile(path: path)) }
        self.files = files
        list = []
    }

    /// What `list` says; the first range that has an address counts.
    public init(_ list: [(range: AddressRange, place: Place)]) {
        files = []
        self.list = list
    }

    /// Where the address that `text` is may be; `nil` when nothing is known of it or it is none.
    public func place(of text: RawSpan) -> Place? {
        guard let address = IPAddress(text) else { return nil }
        var place = Place()
        for file in files { place.complete(with: file.place(of: address)) }
        if let listed = list.first(where: { $0.range.contains(address) }) { place.complete(with: listed.place) }
        return place == Place() ? nil : place
    }
}
