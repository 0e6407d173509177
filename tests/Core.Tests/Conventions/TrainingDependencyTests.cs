using System.Reflection;

namespace Core.Tests.Conventions;

/// <summary>Training → Core, and nothing else of ours.</summary>
public sealed class TrainingDependencyTests
{
    [Fact]
    public void Training_KnowsCoreOnly()
    {
        var ours = Assembly.Load("engagement-models").GetReferencedAssemblies().Select(a => a.Name!).Where(name => name.StartsWith("Engagement.", StringComparison.Ordinal));
        Assert.Subset(new HashSet<string> { "Engagement.Core" }, ours.ToHashSet());
    }
}
