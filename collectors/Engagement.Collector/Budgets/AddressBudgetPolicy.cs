using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Engagement.Core;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Budgets;

/// <summary>
/// What one address may send, whatever keys it uses. An address is known by a hash under a key that begins anew with the process, in memory only. IPv6 counts
/// by its /64, which is one household's. Not asked: this machine itself (a proxy beside it, unless it is named as one and says whose request it is), keys
/// that the site gives to a server, and keys that never stand in a page. Thread-safe.
/// </summary>
public sealed class AddressBudgetPolicy(CollectorOptions options, TimeProvider time)
{
    private readonly BudgetTable _budgets = new(options.AddressRequestsPerSecondMax, options.AddressRequestsBurstMax, Limits.BudgetsMax);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Null where the request may go on.</summary>
    public CollectorProblem? Check(HttpContext http, SiteKey key)
    {
        if (key.Sender == KeySender.Server || key.Role != KeyRole.Write) return null;
        if (http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address)) return null;
        return _budgets.TryTake(HashOf(address), 1, Instant.FromDateTimeOffset(time.GetUtcNow()), out var retryAfter)
            ? null : CollectorProblem.AddressTooManyRequests(options, retryAfter);
    }

    private UInt128 HashOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (address.IsIPv4MappedToIPv6)
        {
            bytes = bytes[12..];
            length = 4;
        }
        else if (address.AddressFamily == AddressFamily.InterNetworkV6) length = 8;
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, bytes[..length], digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
