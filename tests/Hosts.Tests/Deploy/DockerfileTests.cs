using System.Text.Json;
using System.Text.RegularExpressions;
using Engagement.Server.Commands;

namespace Hosts.Tests.Deploy;

/// <summary>What must hold of <c>deploy/Dockerfile</c>. No image is built here.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] Lines =
        [.. Continuation().Replace(DeployFiles.Read("Dockerfile"), " ").Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#')];

    [Fact]
    public void Images_EachByTheVersionThatIsBuiltFor()
    {
        var images = Of("FROM").Select(l => l.Split(' ')[0]).ToList();
        Assert.All(images, image => Assert.True(DeployFiles.IsPinned(image), image));
        var framework = $"net{Environment.Version.Major}.0";
        Assert.Contains($"<TargetFramework>{framework}</TargetFramework>", File.ReadAllText(Path.Combine(DeployFiles.Root, "Directory.Build.props")), StringComparison.Ordinal);
        Assert.All(images.Where(image => image.Contains("/dotnet/", StringComparison.Ordinal)), image => Assert.Contains($":{framework[3..]}-", image, StringComparison.Ordinal));
    }

    [Fact]
    public void Image_RunsAsNobodyInParticularAndHasTimeZones()
    {
        Assert.Equal("1654:1654", Assert.Single(Of("USER")));
        Assert.EndsWith("chiseled-extra AS final", Of("FROM").Last(), StringComparison.Ordinal);
        Assert.Equal("SIGTERM", Assert.Single(Of("STOPSIGNAL")));
    }

    [Fact]
    public void Sources_AreAllThereAndLetIn()
    {
        var ignored = DeployFiles.Read("Dockerfile.dockerignore").Split('\n');
        foreach (var source in Of("COPY").Where(l => !l.StartsWith("--from", StringComparison.Ordinal)).SelectMany(l => l.Split(' ')[..^1]).Select(s => s.TrimEnd('/')))
        {
            Assert.True(Path.Exists(Path.Combine(DeployFiles.Root, source)), source);
            Assert.True(ignored.Any(l => l.StartsWith('!') && ($"!{source}/".StartsWith($"{l}/", StringComparison.Ordinal) || l.StartsWith($"!{source}/", StringComparison.Ordinal))), $"{source} is not let in");
        }
        Assert.Contains("*", ignored);
        Assert.DoesNotContain(ignored, l => l.StartsWith("!deploy/secrets", StringComparison.Ordinal));
    }

    [Fact]
    public void Sources_OfTheServersProject_AreAllLetIn()
    {
        var ignored = DeployFiles.Read("Dockerfile.dockerignore").Split('\n').Where(l => l.StartsWith('!')).Select(l => l[1..]).ToList();
        var project = File.ReadAllText(Path.Combine(DeployFiles.Root, "engine/Engagement.Server/Engagement.Server.csproj"));
        foreach (var source in Included().Matches(project).Select(m => m.Groups[1].Value))
            Assert.True(ignored.Any(l => source == l || source.StartsWith(l + "/", StringComparison.Ordinal)), $"{source} is not let in");
    }

    [Fact]
    public void Commands_AreOnesThatTheProgramTakes()
    {
        foreach (var line in Of("CMD").Concat(Of("HEALTHCHECK").Select(l => l[(l.IndexOf("CMD ", StringComparison.Ordinal) + 4)..])))
        {
            var arguments = JsonSerializer.Deserialize<string[]>(line)!.Where(a => a != "/app/engagement").ToArray();
            Assert.Empty(CommandLine.Create().Parse(arguments).Errors);
        }
    }

    private static IEnumerable<string> Of(string instruction) =>
        Lines.Where(l => l.StartsWith(instruction + " ", StringComparison.Ordinal)).Select(l => l[(instruction.Length + 1)..]);

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex("Include=\"../../((?:deploy|models)/[^\"]+)\"")]
    private static partial Regex Included();
}
