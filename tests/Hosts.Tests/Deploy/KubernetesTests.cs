using System.Globalization;
using Engagement.Core.Contracts;
using Engagement.Engine;
using Engagement.Engine.Sites;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Deploy;

/// <summary>What must hold of the manifests in <c>deploy/kubernetes</c>. No cluster is asked here.</summary>
public sealed class KubernetesTests
{
    private static IEnumerable<Yaml> Workloads => DeployFiles.OfKind("StatefulSet");
    private static IEnumerable<Yaml> Pods => Workloads.Concat(DeployFiles.OfKind("Job")).Select(w => w["spec"]["template"]["spec"]);
    private static IEnumerable<Yaml> Containers => Pods.SelectMany(p => p["containers"].Items);

    [Fact]
    public void Kustomization_NamesEveryFile()
    {
        var kustomization = Yaml.Load(DeployFiles.Of("kubernetes/kustomization.yaml"));
        var files = Directory.EnumerateFiles(DeployFiles.Of("kubernetes"), "*.yaml").Select(f => Path.GetFileName(f)!).Where(f => f != "kustomization.yaml");
        Assert.Equal(files.Order(), kustomization["resources"].Texts.Order());
        var sites = Directory.EnumerateFiles(DeployFiles.Of("kubernetes/sites")).Select(f => $"sites/{Path.GetFileName(f)}");
        Assert.Equal(sites.Order(), kustomization["configMapGenerator"].Items.SelectMany(g => g["files"].Texts).Order());
    }

    [Fact]
    public void Manifests_HaveAKindAVersionAndAName() =>
        Assert.All(DeployFiles.Manifests, m => Assert.True(m["apiVersion"].Exists && m["kind"].Exists && m["metadata"]["name"].Exists, m.ToString()));

    [Fact]
    public void Workloads_AreCollectorsAndEngines() =>
        Assert.Equal(["engagement-collector", "engagement-engine"], Workloads.Select(w => w["metadata"]["name"].Text).Order());

    [Fact]
    public void Image_IsOfThisVersion_AndNoOther()
    {
        Assert.All(Containers, c => Assert.Equal("engagement", c["image"].Text));
        var image = Assert.Single(Yaml.Load(DeployFiles.Of("kubernetes/kustomization.yaml"))["images"].Items);
        Assert.Equal(("engagement", Engagement.Server.Commands.VersionText.Program), (image["name"].Text, image["newTag"].Text));
    }

    [Fact]
    public void Containers_CanDoNothingButTheirWork()
    {
        Assert.All(Pods, p => Assert.Equal(("true", "1654", "RuntimeDefault"),
            (p["securityContext"]["runAsNonRoot"].Text, p["securityContext"]["runAsUser"].Text, p["securityContext"]["seccompProfile"]["type"].Text)));
        Assert.All(Pods, p => Assert.Equal("false", p["automountServiceAccountToken"].Text));
        Assert.All(Containers, c => Assert.Equal(("false", "true", "ALL"),
            (c["securityContext"]["allowPrivilegeEscalation"].Text, c["securityContext"]["readOnlyRootFilesystem"].Text, c["securityContext"]["capabilities"]["drop"].Texts.Single())));
    }

    [Fact]
    public void Containers_AskForWhatTheyNeed() =>
        Assert.All(Containers, c => Assert.True(c["resources"]["requests"]["cpu"].Exists && c["resources"]["requests"]["memory"].Exists && c["resources"]["limits"]["memory"].Exists));

    [Fact]
    public void Mounts_AreOfVolumesThatAreThere()
    {
        foreach (var workload in Workloads.Concat(DeployFiles.OfKind("Job")))
        {
            var spec = workload["spec"]["template"]["spec"];
            var volumes = spec["volumes"].Items.Select(v => v["name"].Text).Concat(workload["spec"]["volumeClaimTemplates"].Items.Select(v => v["metadata"]["name"].Text)).ToHashSet();
            Assert.Equal(volumes.Order(), spec["containers"].Items.SelectMany(c => c["volumeMounts"].Items).Select(m => m["name"].Text).Order());
        }
    }

    [Fact]
    public void Collectors_KeepTheirSpool()
    {
        var collector = Workloads.Single(w => w["metadata"]["name"].Text == "engagement-collector")["spec"];
        Assert.Equal("data", Assert.Single(collector["volumeClaimTemplates"].Items)["metadata"]["name"].Text);
        Assert.Equal(("Retain", "Retain"), (collector["persistentVolumeClaimRetentionPolicy"]["whenScaled"].Text, collector["persistentVolumeClaimRetentionPolicy"]["whenDeleted"].Text));
    }

    [Fact]
    public void Pods_HaveMoreTimeToStopThanTheyTake()
    {
        foreach (var spec in Workloads.Select(w => w["spec"]["template"]["spec"]))
        {
            var preStop = DeployFiles.Seconds(spec["containers"].Items.Single()["lifecycle"]["preStop"]["sleep"]["seconds"].Text);
            Assert.True(DeployFiles.Seconds(spec["terminationGracePeriodSeconds"].Text) > preStop + ServerComposer.StopWithin.TotalSeconds);
        }
    }

    [Fact]
    public void Engines_AreStaticMembersByTheNameOfTheirPod()
    {
        var engine = Containers.Single(c => c["name"].Text == "engine");
        Assert.Contains("--kafka-instance=$(POD_NAME)", engine["args"].Texts);
        Assert.Equal("metadata.name", engine["env"].Items.Single(e => e["name"].Text == "POD_NAME")["valueFrom"]["fieldRef"]["fieldPath"].Text);
    }

    [Fact]
    public void Budgets_StandForEveryWorkload()
    {
        var guarded = DeployFiles.OfKind("PodDisruptionBudget").Select(b => LabelsOf(b["spec"]["selector"]["matchLabels"])).Order();
        Assert.Equal(Workloads.Select(w => LabelsOf(w["spec"]["template"]["metadata"]["labels"])).Order(), guarded);
        Assert.All(Workloads, w => Assert.Equal(LabelsOf(w["spec"]["selector"]["matchLabels"]), LabelsOf(w["spec"]["template"]["metadata"]["labels"])));
        Assert.All(DeployFiles.OfKind("Service"), s => Assert.Contains(LabelsOf(s["spec"]["selector"]), guarded));
        Assert.All(Workloads, w => Assert.Contains(DeployFiles.OfKind("Service"), s => s["metadata"]["name"].Text == w["spec"]["serviceName"].Text));
    }

    [Fact]
    public void Scaling_EnginesByLagAndCollectorsByProcessor()
    {
        var engines = Assert.Single(DeployFiles.OfKind("ScaledObject"))["spec"];
        Assert.Equal("engagement-engine", engines["scaleTargetRef"]["name"].Text);
        Assert.True(Number(engines["minReplicaCount"]) >= 2);
        var trigger = Assert.Single(engines["triggers"].Items);
        Assert.Equal(("kafka", new EngineOptions().Group, Topics.Events), (trigger["type"].Text, trigger["metadata"]["consumerGroup"].Text, trigger["metadata"]["topic"].Text));
        var variable = trigger["metadata"]["bootstrapServersFromEnv"].Text;
        Assert.Contains(Literals(), l => l.StartsWith(variable + "=", StringComparison.Ordinal));

        var collectors = Assert.Single(DeployFiles.OfKind("HorizontalPodAutoscaler"))["spec"];
        Assert.Equal("engagement-collector", collectors["scaleTargetRef"]["name"].Text);
        Assert.True(Number(collectors["minReplicas"]) >= 2);
        // Both would contend for the number with whoever applies the manifests.
        Assert.All(Workloads, w => Assert.False(w["spec"]["replicas"].Exists));
    }

    [Fact]
    public void Network_IsShutButForWhatIsNamed()
    {
        var policies = DeployFiles.OfKind("NetworkPolicy").ToList();
        var deny = policies.Single(p => !p["spec"]["podSelector"].Members.Any())["spec"];
        Assert.Equal(["Egress", "Ingress"], deny["policyTypes"].Texts.Order());
        Assert.False(deny["ingress"].Exists || deny["egress"].Exists);
        Assert.Contains(policies, p => p["spec"]["ingress"].Exists);
        Assert.Contains(policies, p => p["spec"]["egress"].Exists);
    }

    [Fact]
    public void Secrets_AreReferencedAndNeverContained()
    {
        Assert.Empty(DeployFiles.OfKind("Secret"));
        Assert.All(Pods, p => Assert.Equal("engagement", p["volumes"].Items.Single(v => v["name"].Text == "secrets")["secret"]["secretName"].Text));
        Assert.DoesNotContain(Literals(), l => l.Contains("password", StringComparison.OrdinalIgnoreCase));
        var documented = DeployFiles.Read("kubernetes/secrets.example.md");
        foreach (var file in DeployFiles.Manifests.SelectMany(m => m.All()).Select(y => y.Text).Where(t => t.Contains("/run/secrets/engagement/", StringComparison.Ordinal)))
            Assert.Contains($"`{Path.GetFileName(file)}`", documented, StringComparison.Ordinal);
    }

    [Fact]
    public void Sites_AreValid()
    {
        foreach (var file in Directory.EnumerateFiles(DeployFiles.Of("kubernetes/sites")))
        {
            var errors = new List<SiteConfigError>();
            var site = SiteFileReader.Read(File.ReadAllBytes(file), Path.GetFileName(file), errors);
            SiteValidator.Validate(site!, Path.GetFileName(file), errors);
            Assert.Empty(errors);
            Assert.StartsWith("/run/secrets/engagement/", site!.Secret!.File, StringComparison.Ordinal);
        }
    }

    internal static IEnumerable<string> Literals() =>
        Yaml.Load(DeployFiles.Of("kubernetes/kustomization.yaml"))["configMapGenerator"].Items.SelectMany(g => g["literals"].Texts);

    private static string LabelsOf(Yaml labels) => string.Join(',', labels.Members.Select(m => $"{m.Key}={m.Value.Text}").Order());

    private static int Number(Yaml place) => int.Parse(place.Text, CultureInfo.InvariantCulture);
}
