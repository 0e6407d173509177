using System.Security.Cryptography;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Privacy;
using Microsoft.Extensions.Logging;

namespace Engagement.Collector.Rejects;

/// <summary>A rejected event that may be kept as it came: the place of its record in the batch, and what is sealed.</summary>
internal readonly record struct PendingOriginal(int Record, VisitorKey Visitor, byte[] Bytes);

/// <summary>
/// Seals what a request's rejected events were, each under its visitor's key. Where the store that has the keys does not answer in <see cref="Limits.RejectKeyWaitMax"/>,
/// the rejects are kept without originals: neither is lost for the other. Thread-safe.
/// </summary>
internal sealed partial class OriginalSealer(IDeliveryStore? store, TimeProvider time, ILogger<OriginalSealer> logger)
{
    public async ValueTask SealAsync(IntakeBatch batch, string site, CancellationToken cancellation)
    {
        if (batch.Originals.Count == 0) return;
        var keys = await FindKeysAsync(site, [.. batch.Originals.Select(o => o.Visitor).Distinct()], cancellation);
        foreach (var original in batch.Originals)
        {
            if (keys?.GetValueOrDefault(original.Visitor) is { } key) Seal(batch, site, original, key);
            else batch.Complete(original.Record, NotKept(RejectCauses.NoKey));
        }
    }

    private static void Seal(IntakeBatch batch, string site, in PendingOriginal original, byte[] key)
    {
        Span<byte> nonce = stackalloc byte[RejectSeal.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        var id = Convert.ToHexStringLower(nonce);
        var box = RejectSeal.Seal(key, nonce, RejectRecord.PlaceOf(site, original.Visitor, id), original.Bytes);
        var members = System.Text.Encoding.ASCII.GetBytes($",\"id\":\"{id}\",\"original\":\"{Convert.ToBase64String(box)}\"}}");
        // Payloads full of what JSON writes in six letters leave no room for it.
        batch.Complete(original.Record, batch.LengthOf(original.Record) + members.Length <= Limits.RecordBytesMax ? members : NotKept(RejectCauses.TooLarge));
    }

    private static byte[] NotKept(string cause) => System.Text.Encoding.ASCII.GetBytes($",\"notKept\":\"{cause}\"}}");

    private async ValueTask<Dictionary<VisitorKey, byte[]>?> FindKeysAsync(string site, List<VisitorKey> visitors, CancellationToken cancellation)
    {
        if (store is null) return null;
        try
        {
            var keys = await store.KeepRejectKeysAsync(site, visitors, cancellation).AsTask().WaitAsync(Limits.RejectKeyWaitMax, time, cancellation);
            return visitors.Zip(keys).ToDictionary(pair => pair.First, pair => pair.Second);
        }
        catch (Exception exception)
        {
            KeptWithout(logger, site, exception.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Rejects of {Site} are kept without originals: {Cause}")]
    private static partial void KeptWithout(ILogger logger, string site, string cause);
}
