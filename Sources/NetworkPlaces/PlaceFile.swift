// One file in MaxMind's format, such as a city or an ASN database.

import CMaxMindDB
import FieldRows
import Glibc

/// Why a file cannot be used.
public struct PlaceFileError: Error, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it.
    public let what: String

    /// The error as a line.
    public var description: String { "\(path): \(what)" }
}

/// An open file; it is read where it lies, by whoever asks.
///
/// The format is described at https://maxmind.github.io/MaxMind-DB/; what is read are the members that its owner's country,
/// city and ASN databases have, which those of others share.
final class PlaceFile: @unchecked Sendable {
    // Sendable: the library reads a mapped file and changes nothing.

    private let database: UnsafeMutablePointer<MMDB_s>
    private let isIPv4Only: Bool
    private let country = MemberPath("country", "iso_code")
    private let registeredCountry = MemberPath("registered_country", "iso_code")
    private let asn = MemberPath("autonomous_system_number")
    private let latitude = MemberPath("location", "latitude")
    private let longitude = MemberPath("location", "longitude")

    init(path: String) throws(PlaceFileError) {
        database = .allocate(capacity: 1)
        let status = MMDB_open(path, UInt32(MMDB_MODE_MMAP), database)
        guard status == MMDB_SUCCESS else {
            database.deallocate()
            throw PlaceFileError(path: path, what: String(cString: MMDB_strerror(status)))
        }
        isIPv4Only = database.pointee.metadata.ip_version == 4
    }

    deinit {
        MMDB_close(database)
        database.deallocate()
    }

    /// What it says of `address`; nothing where its data make no sense.
    func place(of address: IPAddress) -> Place {
        var place = Place()
        guard var entry = entry(of: address) else { return place }
        place.country = text(&entry, country)
        if place.country == 0 { place.country = text(&entry, registeredCountry) }
        if let data = value(&entry, asn), data.type == UInt32(MMDB_DATA_TYPE_UINT32) { place.asn = data.uint32 }
        if let north = number(&entry, latitude), let east = number(&entry, longitude),
            (-90...90).contains(north), (-180...180).contains(east)
        {
            (place.hasPoint, place.latitude, place.longitude) = (true, Float(north), Float(east))
        }
        return place
    }

    private func entry(of address: IPAddress) -> MMDB_entry_s? {
        var status: Int32 = 0
        let result: MMDB_lookup_result_s
        if address.isIPv4 {
            var socket = sockaddr_in()
            socket.sin_family = sa_family_t(AF_INET)
            socket.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.bits).bigEndian
            result = withUnsafePointer(to: socket) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    MMDB_lookup_sockaddr(database, $0, &status)
                }
            }
        } else {
            guard !isIPv4Only else { return nil }
            var socket = sockaddr_in6()
            socket.sin6_family = sa_family_t(AF_INET6)
            withUnsafeMutableBytes(of: &socket.sin6_addr) {
                $0.storeBytes(of: address.bits.bigEndian, as: UInt128.self)
            }
            result = withUnsafePointer(to: socket) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    MMDB_lookup_sockaddr(database, $0, &status)
                }
            }
        }
        return status == MMDB_SUCCESS && result.found_entry ? result.entry : nil
    }

    private func value(_ entry: inout MMDB_entry_s, _ path: MemberPath) -> MMDB_entry_data_s? {
        var data = MMDB_entry_data_s()
        let status = MMDB_aget_value(&entry, &data, path.names)
        return status == MMDB_SUCCESS && data.has_data ? data : nil
    }

    private func text(_ entry: inout MMDB_entry_s, _ path: MemberPath) -> UInt16 {
        guard let data = value(&entry, path), data.type == UInt32(MMDB_DATA_TYPE_UTF8_STRING),
            let text = data.utf8_string
        else { return 0 }
        return Place.country(UnsafeRawBufferPointer(start: text, count: Int(data.data_size)))
    }

    private func number(_ entry: inout MMDB_entry_s, _ path: MemberPath) -> Double? {
        guard let data = value(&entry, path) else { return nil }
        switch data.type {
        case UInt32(MMDB_DATA_TYPE_DOUBLE): return data.double_value
        case UInt32(MMDB_DATA_TYPE_FLOAT): return Double(data.float_value)
        default: return nil
        }
    }
}

/// The names of members from the outside in, as the library takes them; they live as long as this does.
private final class MemberPath: @unchecked Sendable {
    // Sendable: never changed.

    let names: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let count: Int

    init(_ path: String...) {
        count = path.count
        names = .allocate(capacity: path.count + 1)
        for (index, name) in path.enumerated() { names[index] = UnsafePointer(strdup(name)) }
        names[path.count] = nil
    }

    deinit {
        for index in 0..<count { free(UnsafeMutableRawPointer(mutating: names[index])) }
        names.deallocate()
    }
}
