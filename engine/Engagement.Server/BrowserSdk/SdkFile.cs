using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace Engagement.Server.BrowserSdk;

/// <summary>One file of the browser SDK, or of the console, as it is served: compressed once, named by what is in it. Immutable.</summary>
/// <param name="ETag">Quoted, of the uncompressed bytes.</param>
/// <param name="IsNamedByContent">Another content would have another name: caches may keep it for ever.</param>
public sealed partial record SdkFile(ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Gzip, string ContentType, string ETag, bool IsNamedByContent)
{
    public const string Script = "text/javascript; charset=utf-8";

    private static readonly IReadOnlyDictionary<string, string> _scripts = new Dictionary<string, string>(StringComparer.Ordinal) { [".js"] = Script, [".mjs"] = Script };

    /// <summary>All files of a folder by their path in it, with slashes; empty where there is none, because it was not built.</summary>
    /// <param name="contentTypes">By the name's ending; files of other endings are left out. Null: scripts.</param>
    public static IReadOnlyDictionary<string, SdkFile> ReadAll(string folder, IReadOnlyDictionary<string, string>? contentTypes = null)
    {
        var files = new Dictionary<string, SdkFile>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return files;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (!(contentTypes ?? _scripts).TryGetValue(Path.GetExtension(path), out var contentType)) continue;
            files.Add(Path.GetRelativePath(folder, path).Replace('\\', '/'), Read(path, contentType));
        }
        return files;
    }

    /// <summary>The body as the browser takes it, or 304 where it has these bytes. Caching and origin are the caller's to say before.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        var headers = response.Headers;
        headers.ETag = ETag;
        headers.Vary = "Accept-Encoding";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Tag == ETag || tag.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var takesGzip = context.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality != 0);
        if (takesGzip) headers.ContentEncoding = "gzip";
        var body = takesGzip ? Gzip : Bytes;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static SdkFile Read(string path, string contentType)
    {
        var bytes = File.ReadAllBytes(path);
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(bytes);
        var tag = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12));
        return new SdkFile(bytes, compressed.ToArray(), contentType, $"\"{tag}\"", HashedName().IsMatch(Path.GetFileName(path)));
    }

    [GeneratedRegex(@"-[0-9A-Z]{8}\.m?js$")]
    private static partial Regex HashedName();
}
