module boardwalk/compat/gosdk

go 1.26

require github.com/microsoft/azure-devops-go-api/azuredevops/v7 v7.1.0

require github.com/google/uuid v1.1.1
