using System.Buffers;
using System.IO.Compression;
using Engagement.Core;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector;

/// <summary>How a body is divided into events.</summary>
internal enum BodyKind : byte { Json, Lines, Text }

/// <summary>A request's body in pooled memory. Dispose it as soon as it is parsed.</summary>
internal readonly struct RequestBody(byte[] buffer, int length, BodyKind kind) : IDisposable
{
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);
    public BodyKind Kind => kind;

    public void Dispose()
    {
        if (buffer is { Length: > 0 }) ArrayPool<byte>.Shared.Return(buffer);
    }
}

/// <summary>Reads a body whole, unpacked, and never more of it than <see cref="Limits.RequestBytesMax"/>: what a small gzip could grow to is never made.</summary>
internal static class RequestBodyReader
{
    private const int FirstBytes = 16 * 1024;

    public static async ValueTask<(RequestBody Body, CollectorProblem? Problem)> ReadAsync(HttpRequest request, bool ofAnyType, CancellationToken cancellation)
    {
        if ((KindOf(request.ContentType) ?? (ofAnyType ? BodyKind.Text : null)) is not { } kind) return (default, CollectorProblem.UnsupportedMediaType);
        var encoding = request.Headers.ContentEncoding.ToString();
        var isGzip = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);
        if (!isGzip && encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return (default, CollectorProblem.UnsupportedMediaType);
        }
        if (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0 && !HttpProtocol.IsHttp2(request.Protocol))
        {
            return (default, CollectorProblem.LengthRequired);
        }
        if (request.ContentLength > Limits.RequestBytesMax) return (default, CollectorProblem.BodyTooLarge);
        return isGzip
            ? await ReadGzipAsync(request, kind, cancellation)
            : await ReadAsync(request.Body, kind, request.ContentLength, cancellation);
    }

    private static BodyKind? KindOf(string? contentType)
    {
        var type = contentType.AsSpan();
        if (type.IndexOf(';') is >= 0 and var end) type = type[..end];
        type = type.Trim();
        if (type.Equals("application/json", StringComparison.OrdinalIgnoreCase)) return BodyKind.Json;
        if (type.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)) return BodyKind.Lines;
        if (type.Equals("application/ndjson", StringComparison.OrdinalIgnoreCase)) return BodyKind.Lines;
        return type.IsEmpty || type.Equals("text/plain", StringComparison.OrdinalIgnoreCase) ? BodyKind.Text : null;
    }

    private static async ValueTask<(RequestBody Body, CollectorProblem? Problem)> ReadGzipAsync(
        HttpRequest request, BodyKind kind, CancellationToken cancellation)
    {
        await using var unpacked = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            return await ReadAsync(unpacked, kind, null, cancellation);
        }
        catch (InvalidDataException)
        {
            return (default, CollectorProblem.MalformedEncoding);
        }
    }

    private static async ValueTask<(RequestBody Body, CollectorProblem? Problem)> ReadAsync(
        Stream stream, BodyKind kind, long? length, CancellationToken cancellation)
    {
        // One byte more than expected: a full buffer would not tell the end from a stop.
        var buffer = ArrayPool<byte>.Shared.Rent((int)(length ?? FirstBytes) + 1);
        var read = 0;
        try
        {
            while (true)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(read), cancellation);
                if (count == 0) return (new RequestBody(buffer, read, kind), null);
                read += count;
                if (read > Limits.RequestBytesMax) break;
                if (read == buffer.Length) buffer = Grow(buffer);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return (default, CollectorProblem.BodyTooLarge);
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, Limits.RequestBytesMax + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
