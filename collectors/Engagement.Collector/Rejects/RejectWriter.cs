using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Privacy;

namespace Engagement.Collector.Rejects;

/// <param name="Field">As the sender names it; null where none is at fault.</param>
/// <param name="Dialect">Null: our own form.</param>
/// <param name="Index">Its place in its request.</param>
internal readonly record struct RejectHead(string Site, Instant ReceivedAt, int Index, string Code, string? Field, string? Dialect);

/// <summary>
/// Writes records of rejected events: <c>{"v","site","receivedAt","code","field","dialect","index","bytes","visitor","payload"}</c>, the visitor under the day's key, the
/// payload masked and cut to <see cref="Limits.RejectPayloadBytesMax"/>; then <c>"notKept"</c> with one of <see cref="RejectCauses"/>, or <c>"id","original"</c>, which
/// <see cref="OriginalSealer"/> adds. Not thread-safe; what it gives stands until the next write.
/// </summary>
internal sealed class RejectWriter
{
    /// <summary>Masked before it is cut, and this much beyond the cut, so that no half of a number stays at the edge.</summary>
    private const int WindowBytes = Limits.RejectPayloadBytesMax + 1024;

    private readonly ArrayBufferWriter<byte> _record = new(1024);
    private readonly byte[] _masked = new byte[PayloadMasker.MaskedBytesMax(WindowBytes)];

    /// <param name="head">What is known of every reject.</param>
    /// <param name="visitor">Null: nobody, or nothing is to be known.</param>
    /// <param name="notKept">Why there is no original; null: one is still to be added.</param>
    /// <param name="payload">As it was sent; empty where nothing of it may be kept.</param>
    public ReadOnlySpan<byte> Write(in RejectHead head, VisitorKey? visitor, string? notKept, ReadOnlySpan<byte> payload)
    {
        _record.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_record, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, 1);
        writer.WriteString("site"u8, head.Site);
        writer.WriteString("receivedAt"u8, head.ReceivedAt.ToString());
        writer.WriteString("code"u8, head.Code);
        if (head.Field is not null) writer.WriteString("field"u8, head.Field);
        if (head.Dialect is not null) writer.WriteString("dialect"u8, head.Dialect);
        writer.WriteNumber("index"u8, head.Index);
        writer.WriteNumber("bytes"u8, payload.Length);
        if (visitor is { } known) writer.WriteString("visitor"u8, known.ToString());
        if (!payload.IsEmpty) writer.WriteString("payload"u8, Mask(payload));
        if (notKept is not null) writer.WriteString("notKept"u8, notKept);
        writer.WriteEndObject();
        writer.Flush();
        return _record.WrittenSpan;
    }

    /// <summary>As text: what is not UTF-8 is shown by replacement characters.</summary>
    private string Mask(ReadOnlySpan<byte> payload)
    {
        var isCut = payload.Length > WindowBytes;
        var length = PayloadMasker.Mask(isCut ? payload[..WindowBytes] : payload, _masked);
        var keep = Math.Min(length, Limits.RejectPayloadBytesMax);
        if (isCut) keep = Math.Min(keep, Math.Max(0, length - 512));
        return Encoding.UTF8.GetString(_masked.AsSpan(0, keep));
    }
}
