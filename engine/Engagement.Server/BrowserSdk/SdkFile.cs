using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Engagement.Server.BrowserSdk;

/// <summary>One file of the browser SDK as it is served: compressed once, named by what is in it. Immutable.</summary>
/// <param name="ETag">Quoted, of the uncompressed bytes.</param>
/// <param name="IsNamedByContent">Another content would have another name: caches may keep it for ever.</param>
public sealed partial record SdkFile(ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Gzip, string ContentType, string ETag, bool IsNamedByContent)
{
    /// <summary>All scripts of a folder by their path in it, with slashes; empty where there is none, because the SDK was not built.</summary>
    public static IReadOnlyDictionary<string, SdkFile> ReadAll(string folder)
    {
        var files = new Dictionary<string, SdkFile>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return files;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(path) is not (".js" or ".mjs")) continue;
            files.Add(Path.GetRelativePath(folder, path).Replace('\\', '/'), Read(path));
        }
        return files;
    }

    private static SdkFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(bytes);
        var tag = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12));
        return new SdkFile(bytes, compressed.ToArray(), "text/javascript; charset=utf-8", $"\"{tag}\"", HashedName().IsMatch(Path.GetFileName(path)));
    }

    [GeneratedRegex(@"-[0-9A-Z]{8}\.m?js$")]
    private static partial Regex HashedName();
}
