using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Needs;
using Engagement.Core.Scoring;

namespace Engagement.Engine.Sites;

/// <summary>
/// Loads the models that site files name, each file once for each of its versions, told apart by time and length. A site that keeps its model keeps the
/// very instance. Thread-safe.
/// </summary>
/// <param name="modelDirectory">Where the released models lie, one folder for each.</param>
public sealed class SiteModelReader(string modelDirectory)
{
    /// <summary>The word for the model that came with this program.</summary>
    public const string Released = "released";

    /// <summary>The word for the two published rules of struggling search.</summary>
    public const string PublishedRules = "published-rules";

    /// <summary>The word for no need model: the words of searches stand for the need.</summary>
    public const string None = "none";

    private readonly ConcurrentDictionary<string, (DateTime Written, long Bytes, TreeEnsembleReadResult Result)> _read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (DateTime Written, long Bytes, NeedModelReadResult Result)> _needs = new(StringComparer.Ordinal);
    private readonly PluginModelReader _plugin = new();

    /// <summary>The model of P(purposeful); null with the cause when it cannot be loaded.</summary>
    public IPropensityModel? ReadPurposeful(string? name, string root, out string? cause) =>
        ReadFile(name is null or Released ? ReleasedFile("purposeful") : Path.Combine(root, name), out cause);

    /// <summary>The model of P(floundering); null with the cause when it cannot be loaded. Default: the published rules.</summary>
    public IPropensityModel? ReadFloundering(string? name, string root, out string? cause)
    {
        cause = null;
        return name is null or PublishedRules
            ? PublishedStruggleRules.Instance
            : ReadFile(name == Released ? ReleasedFile("floundering") : Path.Combine(root, name), out cause);
    }

    /// <summary>The model of what a search asks for; null by default, and with the cause when it cannot be loaded. The released one is for a shop, in English.</summary>
    public NeedModel? ReadNeed(string? name, string root, out string? cause)
    {
        cause = null;
        if (name is null or None) return null;
        if (FileOf(name == Released ? Path.Combine(modelDirectory, "need", "need.json") : Path.Combine(root, name), out cause) is not { } file) return null;
        var result = Once(_needs, file, bytes => NeedModelReader.Read(bytes));
        if (!result.IsOk) cause = $"the model {file.FullName} cannot be used: {result}";
        return result.Model;
    }

    private string ReleasedFile(string folder) => Path.Combine(modelDirectory, folder, "model.json");

    private IPropensityModel? ReadFile(string path, out string? cause)
    {
        if (FileOf(path, out cause) is not { } file) return null;
        if (file.Extension == PluginModelReader.Extension) return _plugin.Read(file, out cause);
        var result = Once(_read, file, bytes => TreeEnsembleReader.Read(bytes));
        if (!result.IsOk) cause = $"the model {path} cannot be used: {result}";
        return result.Model;
    }

    /// <summary>What a file said when it was last read, unless it has another time or length since.</summary>
    private static T Once<T>(ConcurrentDictionary<string, (DateTime Written, long Bytes, T Result)> known, FileInfo file, Func<byte[], T> read)
    {
        if (known.TryGetValue(file.FullName, out var last) && (last.Written, last.Bytes) == (file.LastWriteTimeUtc, file.Length)) return last.Result;
        var result = read(File.ReadAllBytes(file.FullName));
        known[file.FullName] = (file.LastWriteTimeUtc, file.Length, result);
        return result;
    }

    private static FileInfo? FileOf(string path, out string? cause)
    {
        var file = new FileInfo(path);
        cause = !file.Exists ? $"the model {path} is not there"
            : file.Length > Limits.ModelBytesMax ? $"the model {path} has {file.Length} bytes; allowed: {Limits.ModelBytesMax}" : null;
        return cause is null ? file : null;
    }
}
