using System.Globalization;
using System.Text.RegularExpressions;
using Engagement.Testing;

namespace Hosts.Tests.Deploy;

/// <summary>The files of <c>deploy/</c> as they stand in the repository.</summary>
internal static partial class DeployFiles
{
    public static string Root { get; } = Repository.Root;
    public static string Of(string file) => Path.Combine(Root, "deploy", file);
    public static string Read(string file) => File.ReadAllText(Of(file));

    public static Yaml Compose { get; } = Yaml.Load(Of("compose.yaml"));

    /// <summary>Services of the compose file by name.</summary>
    public static IReadOnlyDictionary<string, Yaml> Services { get; } = Compose["services"].Members.ToDictionary(m => m.Key, m => m.Value);

    /// <summary>Every object that the manifests make.</summary>
    public static IReadOnlyList<Yaml> Manifests { get; } =
        [.. Yaml.Load(Of("kubernetes/kustomization.yaml"))["resources"].Texts.SelectMany(file => Yaml.LoadAll(Of($"kubernetes/{file}")))];

    public static IEnumerable<Yaml> OfKind(string kind) => Manifests.Where(m => m["kind"].Text == kind);

    /// <summary>Seconds of <c>20s</c> or <c>20</c>.</summary>
    public static int Seconds(string text) => int.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture);

    /// <summary>A name and a version that will mean the same tomorrow.</summary>
    public static bool IsPinned(string image) => Pinned().IsMatch(image);

    [GeneratedRegex(@"^[a-z0-9./-]+:v?\d+\.\d+[a-z0-9.-]*$")]
    private static partial Regex Pinned();
}
