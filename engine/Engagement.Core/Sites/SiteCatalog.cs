using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Engagement.Core.Sites;

/// <summary>All sites as of one load: immutable and thread-safe. Lookups allocate nothing.</summary>
public sealed class SiteCatalog
{
    public static readonly SiteCatalog Empty = new([], 0);

    private readonly FrozenDictionary<ulong, SiteModel> _byIdHash;
    private readonly FrozenDictionary<string, SiteModel> _byId;
    private readonly FrozenDictionary<string, (SiteModel Site, SiteKey Key)> _byKeyHash;

    /// <summary>Throws <see cref="ArgumentException"/> when two sites share an id or a key.</summary>
    public SiteCatalog(ImmutableArray<SiteModel> sites, int generation)
    {
        Sites = sites;
        Generation = generation;
        _byId = sites.ToFrozenDictionary(s => s.Id, StringComparer.Ordinal);
        _byIdHash = sites.ToFrozenDictionary(s => Identifiers.Hash64(Encoding.UTF8.GetBytes(s.Id)));
        _byKeyHash = sites.SelectMany(s => s.Keys.Select(k => (s, k)))
            .ToFrozenDictionary(p => Convert.ToHexString(p.k.Sha256.AsSpan()), p => (p.s, p.k), StringComparer.Ordinal);
    }

    public ImmutableArray<SiteModel> Sites { get; }

    /// <summary>Rises by one with every swap.</summary>
    public int Generation { get; }

    /// <summary>By UTF-8 id. Hot.</summary>
    public SiteModel? Find(ReadOnlySpan<byte> id) => _byIdHash.GetValueOrDefault(Identifiers.Hash64(id));

    public SiteModel? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The site and role that a credential determines; null when no site knows it. Compares hashes, so time tells nothing of the key.</summary>
    public (SiteModel Site, SiteKey Key)? FindByKey(ReadOnlySpan<char> key)
    {
        if (key.Length is 0 or > 256) return null;
        Span<byte> utf8 = stackalloc byte[1024];
        var length = Encoding.UTF8.GetBytes(key, utf8);
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(utf8[..length], digest);
        Span<char> hex = stackalloc char[64];
        Convert.TryToHexString(digest, hex, out _);
        return _byKeyHash.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(hex, out var found) ? found : null;
    }
}

/// <summary>Holds the current catalogue; swapped whole by the loader, read by everyone. Thread-safe.</summary>
public sealed class SiteCatalogSource(SiteCatalog initial)
{
    private SiteCatalog _current = initial;
    public SiteCatalog Current => Volatile.Read(ref _current);

    /// <summary>Raised after a swap, on the loader's thread.</summary>
    public event Action<SiteCatalog>? Changed;

    public void Swap(SiteCatalog next)
    {
        Volatile.Write(ref _current, next);
        Changed?.Invoke(next);
    }
}
