<#-- The bill of materials: one component for each jar, its licences by their names of SPDX where they have one. -->
<#function licences names>
  <#if (names?size > 1)><#return '{"expression":"' + names?join(" OR ")?json_string + '"}'></#if>
  <#local name = names?first>
  <#return '{"license":{"' + name?contains(" ")?then("name", "id") + '":"' + name?json_string + '"}}'>
</#function>
<#function purl project>
  <#return ("pkg:maven/" + project.groupId + "/" + project.artifactId + "@" + project.version)?json_string>
</#function>
<#list dependencyMap as entry><#if entry.key.groupId == "bindery"><#assign own = entry.key.version></#if></#list>
{
  "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "component": {
      "type": "application",
      "bom-ref": "bindery",
      "name": "bindery",
      "version": "${own?json_string}",
      "licenses": [{"license":{"id":"Apache-2.0"}}]
    }
  },
  "components": [
<#list dependencyMap as entry>
    {
      "type": "library",
      "bom-ref": "${purl(entry.key)}",
      "group": "${entry.key.groupId?json_string}",
      "name": "${entry.key.artifactId?json_string}",
      "version": "${entry.key.version?json_string}",
      "licenses": [${licences(entry.value)}],
      "purl": "${purl(entry.key)}"
    }<#sep>,</#sep>
</#list>
  ]
}
